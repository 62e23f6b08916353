import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Account, MustEnrol } from './account.js';
import { logOutInBackground, onSession } from './api.js';
import { Audit } from './audit.js';
import { Customer, NewCustomer } from './customer.js';
import { Customers } from './customers.js';
import { html, ICON } from './html.js';
import { Import, Imports } from './imports.js';
import { LogIn, stepUp } from './login.js';
import { Overview } from './overview.js';
import { can, end, forget, nameOfUser, watchSession } from './session.js';
import { link, useRoute } from './state.js';
import { Button, Dialogs, Toasts } from './ui.js';
import { NewUser, User, Users } from './users.js';
import { Webhook, Webhooks } from './webhooks.js';

/**
 * By path: the title, the screen and the permission that shows it, the screen of one object, and
 * that of a new one with its permission.
 */
const SCREENS = {
  overview: ['Overview', Overview, 'customers:read'],
  customers: ['Customers', Customers, 'customers:read', Customer, NewCustomer, 'customers:write'],
  imports: ['Import', Imports, 'customers:admin', Import],
  users: ['Users', Users, 'users:admin', User, NewUser, 'users:admin'],
  webhooks: ['Webhooks', Webhooks, 'webhooks:admin', Webhook],
  audit: ['Audit', Audit, 'audit:read'],
  account: ['My account', Account],
};

function App() {
  const [session, setSession] = useState({});
  const { path, query } = useRoute();
  watchSession(setSession);
  // Dialogs close when the user or the screen changes.
  return html`${session.user ? html`<${Shell} ...${{ session, path, query }} />` : html`<${LogIn} ...${session} />`}
    <${Dialogs} key=${`${session.user?.id} ${path.join('/')}`} /><${Toasts} />`;
}

function Shell({ session, path, query }) {
  const main = useRef();
  const names = Object.keys(SCREENS).filter(
    (known) => !SCREENS[known][2] || can(SCREENS[known][2]),
  );
  const name = names.includes(path[0]) ? path[0] : names[0];
  const id = path[0] === name ? path[1] : undefined;
  const [title] = SCREENS[name];
  useEffect(() => {
    document.title = `${title} · Customer console`;
    main.current.focus({ preventScroll: true });
    document.querySelector('nav [aria-current]').scrollIntoView({ inline: 'center' });
    scrollTo(0, 0);
  }, [name, id]);
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  return html`<a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header>
      <strong><img src=${ICON} alt="" width="24" height="24" /> Customers</strong>
      <nav aria-label="Screens">
        ${names.map(
          (known) =>
            html`<a key=${known} href=${link(known)} aria-current=${known === name ? 'page' : undefined}>${SCREENS[known][0]}</a>`,
        )}
      </nav>
      <span>${nameOfUser(session.user)}</span>
      <${Button} onPress=${() => end()}>Log out<//>
    </header>
    <main id="main" ref=${main} tabindex="-1" aria-label=${title}>
      ${session.mustEnrol ? html`<${MustEnrol} />` : html`<${Screen} ...${{ name, id, query }} key=${`${name} ${id}`} />`}
    </main>`;
}

function Screen({ name, id, query }) {
  const [, All, , One, New, permission] = SCREENS[name];
  if (id === 'new' && New && can(permission)) return html`<${New} />`;
  return id && One ? html`<${One} id=${id} query=${query} />` : html`<${All} query=${query} />`;
}

onSession({ signedOut: forget, stepUp });
// The tokens are lost with the page; the session is revoked, so that nothing stays behind.
addEventListener('pagehide', () => {
  logOutInBackground();
  forget(); // a browser may show the page again from its memory
});
render(html`<${App} />`, document.body);
