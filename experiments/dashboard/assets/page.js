// A lever counts as moved when it has rested a little: while it is dragged, the simulation
// would begin anew at each step. The address bar always holds the link to the page.
const RESTED_MILLISECONDS = 60;
// The server holds back a reply until it has news; this only lets the last one be drawn.
const ASKED_AGAIN_MILLISECONDS = 20;
// A reply that is lost, as when the computer slept, is asked for once more.
const GIVEN_UP_MILLISECONDS = 10000;
const NARROW = "(max-width: 56rem)";
// Dash calls a list of checkboxes a list of options, and has the keyboard stop at what it
// hides from screen readers.
const mend = (page) => {
  page.querySelectorAll(".dash-dropdown-focus-target").forEach((e) => (e.tabIndex = -1));
  page.querySelectorAll("#channels[role=listbox]").forEach((e) => {
    e.setAttribute("role", "group");
    e.setAttribute("aria-label", "Channels open");
  });
  page.querySelectorAll("#channels label").forEach((e) => {
    e.removeAttribute("role");
    e.removeAttribute("aria-selected");
  });
};
let latest = 0;
let waiting;

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  page: {
    // A slider says where it stands in text once it was moved; the server takes numbers.
    // What a rule is called stays text, none of them included.
    settle: async function (scenario, since, where, ...levers) {
      const read = (stand) => (typeof stand === "string" && stand && !isNaN(stand) ? Number(stand) : stand);
      const values = [scenario, since, where, ...levers.map(read)];
      const mine = ++latest;
      await new Promise((resolve) => setTimeout(resolve, RESTED_MILLISECONDS));
      return mine === latest ? values : window.dash_clientside.no_update;
    },
    share: function (query) {
      if (query) {
        window.history.replaceState(null, "", window.location.pathname + "?" + query);
      }
      return window.location.href;
    },
    // Asked again only after the last reply was drawn: a busy browser is not overrun.
    again: function (mark) {
      clearTimeout(waiting);
      if (mark) {
        const ask = () => {
          window.dash_clientside.set_props("tick", { data: performance.now() });
          waiting = setTimeout(ask, GIVEN_UP_MILLISECONDS);
        };
        waiting = setTimeout(ask, ASKED_AGAIN_MILLISECONDS);
      }
    },
    // On a narrow screen the levers would bury the answers.
    fold: function () {
      const page = document.querySelector(".page"), seen = { subtree: true, childList: true };
      const told = { attributes: true, attributeFilter: ["role", "aria-selected"] };
      new MutationObserver(() => mend(page)).observe(page, { ...seen, ...told });
      mend(page);
      return !window.matchMedia(NARROW).matches;
    },
    // A screen reader says what a slider means, not only where it stands.
    speak: function (...levels) {
      document.querySelectorAll("input[type=range]").forEach((slider, at) => {
        slider.setAttribute("aria-valuetext", levels[at]);
      });
    },
  },
});
