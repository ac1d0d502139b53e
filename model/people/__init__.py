"""People: who there is, what they notice, what they believe, what they would sign for."""
