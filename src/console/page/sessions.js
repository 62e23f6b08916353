import { request } from './api.js';
import { usePages } from './state.js';
import { Badge, html, Table, Time, toast } from './ui.js';

/** What people call it; the whole header is its tooltip. */
function deviceOf(agent) {
  const [browser] = /Edg|Firefox|Chrome|Safari/.exec(agent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent) ?? [];
  if (!browser || !system) return agent ?? 'Unknown';
  return `${browser === 'Edg' ? 'Edge' : browser} on ${system}`;
}

/** Active sessions; with `canRevoke`, each of them can be revoked. */
export function Sessions({ path, canRevoke = false }) {
  const list = usePages(path, {});
  const revoke = async (id) => {
    await request('DELETE', `auth/sessions/${id}`).catch((problem) => toast(problem.message));
    list.reload();
  };
  const action = ({ id, current }) =>
    current
      ? html`<${Badge} kind="good">This one<//>`
      : html`<button type="button" onClick=${() => revoke(id)}>Revoke</button>`;
  const columns = {
    Device: ({ user_agent: agent }) => html`<span title=${agent}>${deviceOf(agent)}</span>`,
    IP: (row) => row.ip ?? '—',
    'Logged in': (row) => html`<${Time} of=${row.created_at} />`,
    'Last used': (row) => html`<${Time} of=${row.last_used_at} />`,
    ...(canRevoke && { Action: action }),
  };
  return html`<section><h2>Sessions</h2>
    <${Table} caption="Active sessions" columns=${columns} rows=${list.rows} list=${list} empty="No active session." /></section>`;
}
