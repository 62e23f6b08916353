import { download, get, withQuery, write } from './api.js';
import { Field, Form, useValues } from './form.js';
import { html, useEffect, useReducer, useState } from './html.js';
import { headersOf, inWords, LABELS, OPTIONS } from './import-options.js';
import { reload, state, toast, useLoad } from './state.js';
import { Button, Facts, List, Remove, Table, Title, Waiting } from './ui.js';
import { badge, labelOf, MENUS, number, show } from './values.js';

const COLUMNS = [
  ['Started', ({ id, started_at: at }) => html`<a href="#/imports/${id}">${show('at', at)}</a>`],
  ['Status', (job) => html`${badge(job.status)} ${job.dry_run && 'check only'}`],
  'created',
  'updated',
  ['Refused', 'failed'],
];

export function Imports() {
  const [file, setFile] = useState();
  return html`<${Title} title="Import customers" />
    <label for="file">Choose a file or drop it here</label>
    <input id="file" type="file" class="drop" accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.gz"
      aria-describedby="types" onInput=${({ target }) => setFile(target.files[0])}
      onClick=${({ target }) => (target.value = '')} />
    <small id="types">CSV, TSV, JSON or NDJSON, also compressed as .gz.</small>
    ${file && html`<${NewImport} file=${file} key=${file} />`}
    <${List} title="Earlier imports" path="customers/imports" columns=${COLUMNS}
      empty="Nothing was imported yet." />`;
}

export const Import = ({ id }) =>
  html`<${Title} back="imports" title="Import" /><${Job} id=${id} />`;

/** From a chosen file to a check or an import of it. */
function NewImport({ file }) {
  const [upload, setUpload] = useState();
  const [jobId, setJobId] = useState();
  useEffect(() => () => upload?.abort(), [upload]); // another file, or another screen
  const submit = async ({ charset, ...values }, { isSecond: isCheck }) => {
    const controller = new AbortController();
    const { signal } = controller;
    setJobId(undefined);
    setUpload(controller);
    const options = Object.entries(values).filter(([name]) => name in OPTIONS);
    const query = { ...Object.fromEntries(options), columns: rulesOf(values), dry_run: isCheck };
    const sending = { headers: headersOf(file, charset), signal };
    try {
      setJobId((await write('POST', withQuery('customers/import', query), file, sending)).id);
    } finally {
      setUpload(undefined);
      if (signal.aborted) toast('The upload is cancelled.');
    }
  };
  const option = ([name, options]) =>
    html`<${Field} key=${name} label=${LABELS[name]} ...${{ name, options }} />`;
  const cancel = html`<${Button} onPress=${() => upload.abort()}>Cancel<//>`;
  return html`<article>
    <h2>${file.name} <small>${number(Math.ceil(file.size / 1024))} KB</small></h2>
    <${Form} action="Import" second="Check only" onSubmit=${submit}>
      ${Object.entries(OPTIONS).map(option)}
      <${Preview} file=${file} />
    <//>
    ${upload && html`<${Running} text="Uploading">${cancel}<//>`}
    ${jobId && html`<${Job} id=${jobId} key=${jobId} />`}
  </article>`;
}

/** What takes a while, and a button that stops it. */
const Running = ({ text, children }) => html`<div class="row">
  <label>${text} <progress></progress></label>${children}
</div>`;

/** What names of menus above columns begin with. */
const COLUMN = 'column:';

/** The parameter `columns`: columns with the same target are joined. */
function rulesOf(values) {
  const sources = {};
  const dropped = [];
  for (const [name, target] of Object.entries(values)) {
    if (!name.startsWith(COLUMN) || !target) continue;
    const column = name.slice(COLUMN.length);
    const source = /[",:+]/.test(column) ? `"${column.replaceAll('"', '""')}"` : column;
    if (target === '-') dropped.push(`${source}:-`);
    else (sources[target] ??= []).push(source);
  }
  const rules = Object.entries(sources).map(([target, names]) => `${names.join('+')}:${target}`);
  return [...rules, ...dropped].join(',');
}

/** A menu of where a column can go; the first choice leaves it to the service. */
function Target({ source, target }) {
  const key = source.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 40);
  const options = {
    '': target ? `${labelOf(target)} (recognised)` : 'Not recognised',
    ...MENUS.target,
    [`metadata.${key}`]: 'Keep as metadata',
    '-': 'Leave out',
  };
  return html`<${Field} name=${COLUMN + source} label=${source} options=${options} />`;
}

/** Bytes of a file that are enough for its first rows. */
const BEGINNING = 2 ** 18;
const SHOWN = 5;
const TWIN = 'only the first column of this name can be mapped';
const FIRST_ROWS = 'First rows of the file';

/** The first rows of the file, below menus of where each column goes. */
function Preview({ file }) {
  const { mode, unknown, invalid, blank, date_format, delimiter, charset } = useValues();
  const query = { mode, unknown, invalid, blank, date_format, delimiter, rows: 50 };
  const path = withQuery('customers/import/preview', query);
  const load = (signal) =>
    write('POST', path, file.slice(0, BEGINNING), { headers: headersOf(file, charset), signal });
  const { data, problem } = useLoad(load, [path, charset]);
  const { columns = [], rows, error } = data ?? {};
  const reason = problem?.message ?? (columns.length === 0 && error?.detail);
  if (reason) return html`<p class="note">There is no preview: ${reason}</p>`;
  if (!data) return html`<${Waiting} />`;
  // The parameter `columns` reaches only the first column of a name.
  const isFirst = ({ source }, at) => columns.findIndex((other) => other.source === source) === at;
  const head = (column, at) => html`<th scope="col" key=${at}>
    ${isFirst(column, at) ? html`<${Target} ...${column} />` : `${column.source} (${TWIN})`}
  </th>`;
  const line = ({ line: at, cells }) => html`<tr key=${at}>
    ${cells.map((text, index) => html`<td key=${index}>${text}</td>`)}
  </tr>`;
  return html`<div class="overflow-auto" tabindex="0" role="region" aria-label=${FIRST_ROWS}>
    <table aria-label=${FIRST_ROWS}>
      <thead><tr>${columns.map(head)}</tr></thead>
      <tbody>${rows.slice(0, SHOWN).map(line)}</tbody>
    </table>
  </div>`;
}

const COUNTS = ['created', 'updated', ['Unchanged', 'skipped'], ['Refused', 'failed'], 'warnings'];

/** The progress of an import, then its result. */
function Job({ id }) {
  const path = `customers/imports/${id}`;
  const [polls, poll] = useReducer((count) => count + 1, 0); // no other part of the screen
  const load = (signal) => get(path, {}, signal);
  const { data: job, problem } = useLoad(load, [path, state.round, polls]);
  const isRunning = job?.status === 'running';
  useEffect(() => {
    const timer = isRunning && setTimeout(poll, 1_000);
    return () => clearTimeout(timer);
  }, [job]);
  useEffect(() => isRunning && reload, [isRunning]); // lists show what it has become
  if (problem || !job) return html`<${Waiting} problem=${problem} />`;
  const kept =
    job.on_error === 'abort' ? 'No row of it is kept.' : 'The rows imported so far are kept.';
  const columns = job.columns.map(({ source, target }) => `${source} → ${target}`);
  const dropped = job.dropped_columns.join(', ');
  const cancel = html`<${Remove} label="Cancel the import" path=${path} title="Cancel this import?"
    text=${kept} action="Cancel it" cancel="Go on" />`;
  return html`<section class="job">
    <p role="status">
      ${badge(job.status)} ${job.dry_run && 'Check only: nothing is stored.'} ${job.error?.detail}
    </p>
    ${isRunning && html`<${Running} text=${`${number(job.processed)} rows`}>${cancel}<//>`}
    <${Facts} class="numbers" object=${job} columns=${COUNTS} />
    ${columns.length > 0 && html`<p>Columns: ${columns.join(', ')}</p>`}
    ${dropped && html`<p class="note">Left out: ${dropped}</p>`}
    ${job.problems.length > 0 && !isRunning && html`<${Problems} ...${{ job, path }} />`}
  </section>`;
}

const LINES = ['line', 'field', ['Kind', 'severity'], ['Detail', ({ detail }) => inWords(detail)]];

function Problems({ job, path }) {
  const [{ code, field }, select] = useState({});
  const kind = (row) => html`<button type="button" class="link" onClick=${() => select(row)}>
    ${row.field ?? 'Row'}: ${inWords(row.example_detail)}
  </button>`;
  const title = code ? `Lines: ${field ?? 'row'}` : 'Lines';
  const columns = [['Problem', kind], ['Kind', 'severity'], 'count', 'first_line'];
  const save = () => download(`${path}/errors`, { format: 'csv' });
  const buttons = html`${code && html`<${Button} onPress=${() => select({})}>All lines<//>`}
    <${Button} onPress=${save}>Download<//>`;
  return html`<h3>Problems</h3>
    <${Table} caption="Problems by kind" columns=${columns} rows=${job.problems} />
    <${List} level="3" caption="Problems by line" path=${`${path}/errors`} columns=${LINES}
      ...${{ title, buttons }} parameters=${{ code, field }} empty="None." />`;
}
