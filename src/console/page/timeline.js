import { LABELS, show } from './customer-fields.js';
import { words } from './format.js';
import { Who } from './session.js';
import { html, Loading, More, Time, Trouble } from './ui.js';

/** Events, newest first, with what each changed. */
export function Timeline({ list }) {
  const { rows, problem, reload } = list;
  if (!rows && problem) return html`<${Trouble} problem=${problem} onRetry=${reload} />`;
  if (!rows) return html`<${Loading} />`;
  if (rows.length === 0) return html`<p class="empty">Nothing has happened yet.</p>`;
  return html`<ol class="timeline">
      ${rows.map((event) => html`<${Event} event=${event} key=${event.id} />`)}
    </ol>
    <${Trouble} problem=${problem} /><${More} list=${list} count=${rows.length} />`;
}

function Event({ event: { action, actor_id: actorId, at, details } }) {
  const changes = Object.entries(details?.changes ?? {});
  return html`<li>
    <p><strong>${words(action)}</strong> by <${Who} id=${actorId} />${' '}
      <span class="quiet"><${Time} of=${at} /></span></p>
    <ul>
      ${changes.map(
        ([field, { from, to }]) =>
          html`<li key=${field}>${LABELS[field] ?? field}: ${from !== null && html`<del>${show(field, from)}</del> → `}<ins>${show(field, to)}</ins></li>`,
      )}
    </ul>
  </li>`;
}
