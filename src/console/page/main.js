import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Account } from './account.js';
import { logOutInBackground, onSession } from './api.js';
import { Audit } from './audit.js';
import { Customer } from './customer.js';
import { NewCustomer } from './customer-form.js';
import { Customers } from './customers.js';
import { Import, Imports } from './imports.js';
import { askStepUp, LogIn, StepUp } from './login.js';
import { Enrolment } from './mfa.js';
import { Overview } from './overview.js';
import { can, end, forget, nameOfUser, useSession } from './session.js';
import { link, useRoute } from './state.js';
import { html, ICON, Toasts } from './ui.js';
import { NewUser, User, Users } from './users.js';
import { Webhook, Webhooks } from './webhooks.js';

/** By path: the title, the permission that shows it, the screen, and those of one and a new object. */
const SCREENS = {
  overview: { title: 'Overview', permission: 'customers:read', all: Overview },
  customers: {
    title: 'Customers',
    permission: 'customers:read',
    all: Customers,
    one: Customer,
    create: NewCustomer,
  },
  imports: { title: 'Import', permission: 'customers:admin', all: Imports, one: Import },
  users: { title: 'Users', permission: 'users:admin', all: Users, one: User, create: NewUser },
  webhooks: { title: 'Webhooks', permission: 'webhooks:admin', all: Webhooks, one: Webhook },
  audit: { title: 'Audit', permission: 'audit:read', all: Audit },
  account: { title: 'My account', all: Account },
};

function App() {
  const session = useSession();
  return html`${
    session.user
      ? html`<${Shell} session=${session} />`
      : html`<${LogIn} reason=${session.reason} />`
  }
    <${StepUp} /><${Toasts} />`;
}

function Shell({ session }) {
  const { path, query } = useRoute();
  const main = useRef();
  const names = Object.keys(SCREENS).filter(
    (name) => !SCREENS[name].permission || can(SCREENS[name].permission),
  );
  const name = names.find((known) => known === path[0]) ?? names[0];
  const { title } = SCREENS[name];
  const id = path[0] === name ? path[1] : undefined;
  useEffect(() => {
    document.title = `${title} · Customer console`;
    main.current?.focus({ preventScroll: true });
    document.querySelector('nav [aria-current]').scrollIntoView({ inline: 'center' });
    scrollTo(0, 0);
  }, [name, id]);
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  const screen = html`<${Screen} name=${name} id=${id} query=${query} key=${`${name} ${id}`} />`;
  return html`<a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header>
      <p class="brand"><img src=${ICON} alt="" width="24" height="24" /> Customers</p>
      <nav aria-label="Screens">
        ${names.map(
          (known) =>
            html`<a key=${known} href=${link(known)} aria-current=${known === name ? 'page' : undefined}>${SCREENS[known].title}</a>`,
        )}
      </nav>
      <p class="who">
        <span>${nameOfUser(session.user)}</span>
        <button type="button" onClick=${() => end()}>Log out</button>
      </p>
    </header>
    <main id="main" ref=${main} tabindex="-1" aria-label=${title}>
      ${session.mustEnrol ? html`<h1>Welcome</h1><${Enrolment} isRequired />` : screen}
    </main>`;
}

function Screen({ name, id, query }) {
  const { all, one, create } = SCREENS[name];
  if (id === 'new' && create && mayCreate(name)) return html`<${create} />`;
  return id && one ? html`<${one} id=${id} />` : html`<${all} query=${query} />`;
}

const mayCreate = (name) => name !== 'customers' || can('customers:write');

onSession({ signedOut: forget, stepUp: askStepUp });
// The tokens are lost with the page; the session is revoked, so that nothing stays behind.
addEventListener('pagehide', () => {
  logOutInBackground();
  forget(); // a browser may show the page again from its memory
});
render(html`<${App} />`, document.body);
