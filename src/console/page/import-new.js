import { useRef, useState } from 'preact/hooks';
import { get, upload, withQuery } from './api.js';
import { CUSTOMER_FIELDS } from './constants.js';
import { menu, number, words } from './format.js';
import { headersOf, sampleOf } from './import-file.js';
import { Job } from './import-job.js';
import { DEFAULTS, LABELS, NAMES, OPTIONS } from './import-options.js';
import { useForm, useLoad } from './state.js';
import { Field, html, Loading, toast, Trouble } from './ui.js';

/** From a chosen file to a check or an import of it. */
export function NewImport({ file, onEnd }) {
  const [mapping, setMapping] = useState({});
  const [sent, setSent] = useState();
  const [jobId, setJobId] = useState();
  const controller = useRef();
  const form = useForm(DEFAULTS, async ({ charset, ...query }, action) => {
    setJobId(undefined);
    setSent({ loaded: 0, total: file.size });
    controller.current = new AbortController();
    const columns = rulesOf(mapping);
    const path = withQuery('customers/import', { ...query, columns, dry_run: action === 'check' });
    const { signal } = controller.current;
    try {
      setJobId((await upload(path, file, headersOf(file, charset), setSent, signal)).id);
    } finally {
      setSent(undefined);
      if (signal.aborted) toast('The upload is cancelled.');
      onEnd();
    }
  });
  const { charset, delimiter } = form.values;
  const sample = useLoad(() => sampleOf(file, { charset, delimiter }), [charset, delimiter]);
  const understood = useLoad((signal) => understand(sample.data, signal), [sample.data]);
  return html`<section class="card"><form onSubmit=${form.submit}>
    <h2>${file.name} <span class="quiet">${number(Math.ceil(file.size / 1024))} KB</span></h2>
    <div class="grid">
      ${NAMES.map((name) => html`<${Field} key=${name} label=${LABELS[name]} options=${OPTIONS[name]} ...${form.bind(name)} />`)}
    </div>
    <${Preview} sample=${sample} understood=${understood.data} mapping=${mapping} setMapping=${setMapping} />
    <${Trouble} problem=${form.problem} fields=${NAMES} />
    ${
      sent &&
      html`<div class="row" role="status">
      <label>Uploading <progress value=${sent.loaded} max=${sent.total}></progress></label>
      <button type="button" onClick=${() => controller.current.abort()}>Cancel</button>
    </div>`
    }
    <div class="actions">
      <button value="check" disabled=${form.isBusy}>Check only</button>
      <button class="primary" value="import" disabled=${form.isBusy}>Import</button>
    </div>
    </form>
    ${jobId && html`<${Job} id=${jobId} key=${jobId} onEnd=${onEnd} />`}
  </section>`;
}

/** The parameter `columns`: columns with the same target are joined. */
function rulesOf(mapping) {
  const sources = {};
  const dropped = [];
  for (const [column, target] of Object.entries(mapping)) {
    const source = /[",:+]/.test(column) ? `"${column.replaceAll('"', '""')}"` : column;
    if (target === '-') dropped.push(`${source}:-`);
    else if (target) sources[target] = [...(sources[target] ?? []), source];
  }
  const rules = Object.entries(sources).map(([target, names]) => `${names.join('+')}:${target}`);
  return [...rules, ...dropped].join(',');
}

/** The targets of the columns as the service reads them: it checks the first rows only. */
async function understand(sample, signal) {
  if (!sample) return undefined;
  const query = { dry_run: true, on_error: 'skip', unknown: 'ignore', invalid: 'value' };
  const path = withQuery('customers/import', query);
  const type = { 'Content-Type': sample.type };
  let job = await upload(path, sample.body, type, () => undefined, signal);
  while (job.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 200));
    job = await get(`customers/imports/${job.id}`, {}, signal);
  }
  const targets = job.columns.map(({ source, target }) =>
    source.split('+').map((name) => [name, target]),
  );
  return Object.fromEntries(targets.flat());
}

/** Where a column can go; the first choice leaves it to the service. */
function targetsOf(column, understood) {
  const target = understood?.[column];
  const key = column.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 40);
  const unset = target ? `${words(target)} (recognised)` : 'Not recognised';
  return {
    '': understood ? unset : 'As recognised',
    ...menu(['id', ...CUSTOMER_FIELDS.filter((name) => name !== 'metadata')]),
    [`metadata.${key}`]: 'Keep as metadata',
    '-': 'Leave out',
  };
}

function Preview({ sample, understood, mapping, setMapping }) {
  const { data, problem } = sample;
  if (problem) return html`<p class="note">There is no preview: ${problem.message}</p>`;
  if (!data) return html`<${Loading} />`;
  const header = (column) =>
    html`<${Field} label=${column || 'no name'} options=${targetsOf(column, understood)} value=${mapping[column] ?? ''}
      onInput=${({ target }) => setMapping((old) => ({ ...old, [column]: target.value }))} />`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="First rows of the file">
    <table>
      <caption class="hidden">First rows of the file</caption>
      <thead><tr>${data.columns.map((column) => html`<th scope="col" key=${column}>${header(column)}</th>`)}</tr></thead>
      <tbody>
        ${data.rows.map(
          (row, index) =>
            html`<tr key=${index}>${data.columns.map((_, at) => html`<td key=${at}>${row[at]}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
