import { render } from 'preact';
import { Account, LogIn, MustEnrol } from './account.js';
import { logOutInBackground } from './api.js';
import { Audit, Overview } from './audit.js';
import { Customer } from './customer.js';
import { Customers } from './customers.js';
import { html, useEffect, useReducer, useRef } from './html.js';
import { Import, Imports } from './imports.js';
import { can, end, followAddress, forget, link, nameOfUser, onChange, state } from './state.js';
import { Button, Dialogs, Toasts } from './ui.js';
import { User, Users } from './users.js';
import { Webhook, Webhooks } from './webhooks.js';

/** A screen, the permission that shows it, and the screen of one object. */
const SCREENS = {
  overview: { title: 'Overview', may: 'customers:read', all: Overview },
  customers: { title: 'Customers', may: 'customers:read', all: Customers, one: Customer },
  imports: { title: 'Import', may: 'customers:admin', all: Imports, one: Import },
  users: { title: 'Users', may: 'users:admin', all: Users, one: User },
  webhooks: { title: 'Webhooks', may: 'webhooks:admin', all: Webhooks, one: Webhook },
  audit: { title: 'Audit', may: 'audit:read', all: Audit },
  account: { title: 'My account', all: Account },
};

function Shell({ session, route }) {
  const main = useRef();
  const names = Object.keys(SCREENS).filter(
    (known) => !SCREENS[known].may || can(SCREENS[known].may),
  );
  const [first, second] = route.path.split('/');
  const name = names.includes(first) ? first : names[0];
  const id = name === first ? second : undefined;
  const { title, all, one = all } = SCREENS[name];
  const Screen = id ? one : all;
  // The focus begins in the content, so no link to skip the menu is needed.
  useEffect(() => {
    document.title = `${title} · Customer console`;
    main.current.focus({ preventScroll: true });
    document.querySelector('nav [aria-current]').scrollIntoView({ inline: 'center' });
    scrollTo(0, 0);
  }, [name, id]);
  const tab = (known) => html`<a key=${known} href=${link(known)}
    aria-current=${known === name ? 'page' : undefined}>${SCREENS[known].title}</a>`;
  return html`<header class="container">
      <strong class="brand">Console</strong>
      <nav aria-label="Screens">${names.map(tab)}</nav>
      <span>${nameOfUser(session.user)}</span>
      <${Button} onPress=${() => end()}>Log out<//>
    </header>
    <main id="main" class="container" ref=${main} tabindex="-1" aria-label=${title}>
      <${session.mustEnrol ? MustEnrol : Screen} key=${`${name} ${id}`}
        id=${id} query=${route.query} />
    </main>`;
}

function App() {
  const [, draw] = useReducer((count) => count + 1, 0);
  onChange(draw);
  const { session, route } = state;
  return html`${session.user ? html`<${Shell} ...${{ session, route }} />` : html`<${LogIn} />`}
    <${Dialogs} /><${Toasts} />`;
}

addEventListener('hashchange', () => followAddress(state.visit + 1));
// The tokens are lost with the page; the session is revoked, so that nothing stays behind.
addEventListener('pagehide', () => {
  logOutInBackground();
  forget(); // a browser may show the page again from its memory
});
render(html`<${App} />`, document.body);
