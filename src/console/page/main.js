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

/** By path: the title, the permission that shows it, the screen, and those of one and a new object. */
const SCREENS = {
  overview: { title: 'Overview', may: 'customers:read', all: Overview },
  customers: {
    title: 'Customers',
    may: 'customers:read',
    all: Customers,
    one: Customer,
    create: NewCustomer,
    mayCreate: 'customers:write',
  },
  imports: { title: 'Import', may: 'customers:admin', all: Imports, one: Import },
  users: { title: 'Users', may: 'users:admin', all: Users, one: User, create: NewUser },
  webhooks: { title: 'Webhooks', may: 'webhooks:admin', all: Webhooks, one: Webhook },
  audit: { title: 'Audit', may: 'audit:read', all: Audit },
  account: { title: 'My account', all: Account },
};

const isAllowed = (permission) => !permission || can(permission);

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
  const names = Object.keys(SCREENS).filter((known) => isAllowed(SCREENS[known].may));
  const name = names.includes(path[0]) ? path[0] : names[0];
  const id = path[0] === name ? path[1] : undefined;
  const { title } = SCREENS[name];
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
            html`<a key=${known} href=${link(known)} aria-current=${known === name ? 'page' : undefined}>${SCREENS[known].title}</a>`,
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
  const { all, one, create, mayCreate } = SCREENS[name];
  if (id === 'new' && create && isAllowed(mayCreate)) return html`<${create} />`;
  return id && one ? html`<${one} ...${{ id, query }} />` : html`<${all} query=${query} />`;
}

onSession({ signedOut: forget, stepUp });
// The tokens are lost with the page; the session is revoked, so that nothing stays behind.
addEventListener('pagehide', () => {
  logOutInBackground();
  forget(); // a browser may show the page again from its memory
});
render(html`<${App} />`, document.body);
