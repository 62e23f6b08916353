import { useEffect, useRef, useState } from 'preact/hooks';
import { download, get, request, upload, withQuery } from './api.js';
import { CUSTOMER_FIELDS } from './constants.js';
import { Field, Form, Input } from './form.js';
import { html } from './html.js';
import { headersOf, sampleOf } from './import-file.js';
import { DEFAULTS, inWords, LABELS, OPTIONS } from './import-options.js';
import { link, useLoad } from './state.js';
import { Ask, Button, Facts, List, Table, toast, Waiting } from './ui.js';
import { badge, menu, number, show, words } from './values.js';

const COLUMNS = {
  Started: (row) =>
    html`<a href=${link(`imports/${row.id}`)}>${show('started_at', row.started_at)}</a>`,
  Status: (row) => html`${badge(row.status)} ${row.dry_run && 'check only'}`,
  Created: 'created',
  Updated: 'updated',
  Refused: 'failed',
};

export function Imports() {
  const [file, setFile] = useState();
  const [round, setRound] = useState(0); // another round reads the list again
  return html`<h1>Import customers</h1>
    <${Input} label="Choose a file or drop it here" type="file" class="drop" accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.gz"
      hint="CSV, TSV, JSON or NDJSON, also compressed as .gz." onInput=${({ target }) => setFile(target.files[0])} />
    ${file && html`<${NewImport} file=${file} key=${file} onEnd=${() => setRound((old) => old + 1)} />`}
    <${List} key=${round} title="Earlier imports" path="customers/imports" columns=${COLUMNS}
      empty="Nothing was imported yet." />`;
}

export const Import = ({ id }) => html`<p><a href="#/imports">← Imports</a></p>
  <h1>Import</h1>
  <${Job} id=${id} />`;

/** From a chosen file to a check or an import of it. */
function NewImport({ file, onEnd }) {
  const [mapping, setMapping] = useState({});
  const [sent, setSent] = useState();
  const [jobId, setJobId] = useState();
  const controller = useRef();
  const submit = async ({ charset, ...query }, isCheck) => {
    setJobId(undefined);
    setSent({ loaded: 0, total: file.size });
    controller.current = new AbortController();
    const { signal } = controller.current;
    const parameters = { ...query, columns: rulesOf(mapping), dry_run: isCheck };
    const path = withQuery('customers/import', parameters);
    try {
      setJobId((await upload(path, file, headersOf(file, charset), setSent, signal)).id);
    } finally {
      setSent(undefined);
      if (signal.aborted) toast('The upload is cancelled.');
      onEnd();
    }
  };
  const fields = (values) => html`
    ${Object.keys(OPTIONS).map((name) => html`<${Field} key=${name} name=${name} label=${LABELS[name]} options=${OPTIONS[name]} />`)}
    <${Preview} ...${{ file, values, mapping, setMapping }} />`;
  return html`<article>
    <h2>${file.name} <small>${number(Math.ceil(file.size / 1024))} KB</small></h2>
    <${Form} initial=${DEFAULTS} action="Import" second="Check only" onSubmit=${submit}>${fields}<//>
    ${
      sent &&
      html`<div class="row" role="status">
        <label>Uploading <progress value=${sent.loaded} max=${sent.total}></progress></label>
        <${Button} onPress=${() => controller.current.abort()}>Cancel<//>
      </div>`
    }
    ${jobId && html`<${Job} id=${jobId} key=${jobId} onEnd=${onEnd} />`}
  </article>`;
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

/** The first rows of the file, below menus of where each column goes. */
function Preview({ file, values, mapping, setMapping }) {
  const { charset, delimiter } = values;
  const { data: sample, problem } = useLoad(() => sampleOf(file, values), [charset, delimiter]);
  const { data: understood } = useLoad((signal) => understand(sample, signal), [sample]);
  if (problem) return html`<p class="note">There is no preview: ${problem.message}</p>`;
  if (!sample) return html`<${Waiting} />`;
  const header = (column) => {
    const onValue = (target) => setMapping((old) => ({ ...old, [column]: target }));
    return html`<th scope="col" key=${column}>
      <${Input} label=${column || 'no name'} options=${targetsOf(column, understood)} value=${mapping[column]} onValue=${onValue} />
    </th>`;
  };
  const cells = (row) => sample.columns.map((_, at) => html`<td key=${at}>${row[at]}</td>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="First rows of the file">
    <table>
      <caption class="hidden">First rows of the file</caption>
      <thead><tr>${sample.columns.map(header)}</tr></thead>
      <tbody>${sample.rows.map((row, index) => html`<tr key=${index}>${cells(row)}</tr>`)}</tbody>
    </table>
  </div>`;
}

const COUNTS = {
  Created: 'created',
  Updated: 'updated',
  Unchanged: 'skipped',
  Refused: 'failed',
  Warnings: 'warnings',
};

/** The progress of an import, then its result. */
function Job({ id, onEnd }) {
  const path = `customers/imports/${id}`;
  const { data: job, problem, reload } = useLoad((signal) => get(path, {}, signal), [id]);
  const isRunning = job?.status === 'running';
  useEffect(() => {
    if (job && !isRunning) onEnd?.();
    const timer = isRunning && setTimeout(reload, 700);
    return () => clearTimeout(timer);
  }, [job]);
  if (problem || !job) return html`<${Waiting} ...${{ problem, reload }} />`;
  const kept =
    job.on_error === 'abort' ? 'No row of it is kept.' : 'The rows imported so far are kept.';
  const columns = job.columns.map(({ source, target }) => `${source} → ${target}`);
  return html`<section class="job">
    <p role="status">${badge(job.status)} ${job.dry_run && ' Check only: nothing is stored.'} ${job.error?.detail}</p>
    ${
      isRunning &&
      html`<div class="row">
        <label>${number(job.processed)} rows <progress></progress></label>
        <${Ask} label="Cancel the import" title="Cancel this import?" text=${kept} action="Cancel it" cancel="Go on" isDanger
          onSubmit=${() => request('DELETE', path)} />
      </div>`
    }
    <${Facts} class="numbers" of=${job} columns=${COUNTS} />
    ${columns.length > 0 && html`<p>Columns: ${columns.join(', ')}</p>`}
    ${job.dropped_columns.length > 0 && html`<p class="note">Left out: ${job.dropped_columns.join(', ')}</p>`}
    ${job.problems.length > 0 && !isRunning && html`<${Problems} ...${{ job, path }} />`}
  </section>`;
}

const LINES = {
  Line: 'line',
  Field: 'field',
  Kind: 'severity',
  Detail: (row) => inWords(row.detail),
};

function Problems({ job, path }) {
  const [{ code, field }, select] = useState({});
  const columns = {
    Problem: (row) =>
      html`<button type="button" class="link" onClick=${() => select(row)}>${row.field ?? 'Row'}: ${inWords(row.example_detail)}</button>`,
    Kind: 'severity',
    Count: 'count',
    'First line': 'first_line',
  };
  const save = () => download(`${path}/errors`, { format: 'csv' }, 'import-errors.csv');
  const buttons = () => html`${code && html`<${Button} onPress=${() => select({})}>All lines<//>`}
    <${Button} onPress=${save}>Download<//>`;
  return html`<h3>Problems</h3>
    <${Table} caption="Problems by kind" columns=${columns} rows=${job.problems} />
    <${List} level="3" caption="Problems by line" title=${code ? `Lines: ${field ?? 'row'}` : 'Lines'} path=${`${path}/errors`}
      parameters=${{ code, field }} columns=${LINES} buttons=${buttons} empty="None." />`;
}
