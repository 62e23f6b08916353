/**
 * Runs in the browser beside Swagger UI. Adds a search for operations, a log-in that refreshes the
 * access token, and a switch for error responses. The refresh token is kept in the memory of the page
 * only. Swagger UI itself can filter only by tag, and does not support a log-in with a JSON body.
 */
export const DOCS_SCRIPT = `(() => {
  const service = new URL('../', document.currentScript.src);
  const bearer = { name: 'bearer', schema: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } };
  let refreshing;

  const viewport = document.createElement('meta');
  viewport.name = 'viewport';
  viewport.content = 'width=device-width, initial-scale=1';
  document.head.append(viewport);

  const form = document.createElement('form');
  form.id = 'assist';
  form.innerHTML =
    '<input name="search" type="search" placeholder="Search routes" aria-label="Search routes">' +
    '<label><input name="errors" type="checkbox"> Error responses</label>' +
    '<input name="login" placeholder="Username or e-mail" aria-label="Username or e-mail" autocomplete="username">' +
    '<input name="password" type="password" placeholder="Password" aria-label="Password" autocomplete="current-password">' +
    '<button>Log in</button><output role="status"></output>';
  document.body.prepend(form);
  const { search, errors, login, password } = form.elements;
  const status = form.querySelector('output');

  async function post(path, body) {
    const answer = await fetch(new URL('api/v1/auth/' + path, service), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.detail);
    return result;
  }

  function use(tokens) {
    window.ui.authActions.authorizeWithPersistOption({ bearer: { ...bearer, value: tokens.access_token } });
    clearTimeout(refreshing);
    refreshing = setTimeout(() => refresh(tokens.refresh_token), (tokens.expires_in * 1000 * 3) / 4);
  }

  function refresh(token) {
    post('refresh', { refresh_token: token }).then(use, (error) => {
      status.textContent = error.message;
    });
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      use(await post('login', { login: login.value, password: password.value }));
      status.textContent = 'Logged in. The access token is refreshed automatically.';
      password.value = '';
    } catch (error) {
      status.textContent = error.message;
    }
  });

  function show() {
    const words = search.value.toLowerCase().split(/\\s+/);
    for (const operation of document.querySelectorAll('.opblock')) {
      const text = operation.querySelector('.opblock-summary').textContent.toLowerCase();
      operation.classList.toggle('is-hidden', !words.every((word) => text.includes(word)));
    }
    document.body.classList.toggle('with-errors', errors.checked);
  }

  search.addEventListener('input', show);
  errors.addEventListener('change', show);
  new MutationObserver(show).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true });
})();
`;

const ERROR_ROWS = ['[data-code^="4"]', '[data-code^="5"]', '[data-code="default"]']
  .map(
    (code) => `body:not(.with-errors) .responses-table:not(.live-responses-table) .response${code}`,
  )
  .join(', ');

export const DOCS_STYLE = `
  .swagger-ui .topbar { display: none }
  #assist { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .75rem 1.25rem; background: #1b1b1b; color: #fff; font: 14px system-ui, sans-serif }
  #assist input:not([type=checkbox]), #assist button { padding: .4rem .6rem; font: inherit }
  #assist [type=search] { flex: 1 1 12rem }
  .opblock.is-hidden { display: none }
  ${ERROR_ROWS} { display: none }
`;
