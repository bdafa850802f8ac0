// Runs before the first paint, so that a dark page never flashes white. features/theme.ts does
// the same later, and keeps what was chosen under this name.
(function () {
  var theme = '';
  try {
    theme = localStorage.getItem('keepline.theme') || '';
  } catch {
    // Storage may be forbidden; the system's theme is right then.
  }
  if (theme !== 'light' && theme !== 'dark') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.dataset.theme = theme;
})();
