// A lever counts as moved when it has rested a little: while it is dragged, the simulation
// would begin anew at each step. The address bar always holds the link to the page.
const RESTED_MILLISECONDS = 150;
let latest = 0;

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  page: {
    settle: async function (...values) {
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
  },
});
