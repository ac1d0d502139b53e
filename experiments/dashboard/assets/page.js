// The address bar always holds the link to the page as it stands.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  page: {
    share: function (query) {
      if (query) {
        window.history.replaceState(null, "", window.location.pathname + "?" + query);
      }
      return window.location.href;
    },
  },
});
