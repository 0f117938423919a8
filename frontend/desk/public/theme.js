// Runs before the first paint, so that a chosen theme never flashes. The desk itself keeps it up to date.
(function () {
  try {
    var kept = JSON.parse(localStorage.getItem('alongside:preferences') || '{}');
    if (kept.theme === 'light' || kept.theme === 'dark') document.documentElement.dataset.theme = kept.theme;
  } catch {
    // Storage is forbidden or holds something else: the system's theme is shown.
  }
})();
