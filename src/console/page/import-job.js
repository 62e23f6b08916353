import { useEffect, useState } from 'preact/hooks';
import { download, get, request } from './api.js';
import { number, words } from './format.js';
import { inWords } from './import-options.js';
import { usePages } from './state.js';
import { Badge, Confirm, Facts, html, Loading, Table, toast, Trouble } from './ui.js';

export const KINDS = { succeeded: 'good', failed: 'bad', running: 'busy', cancelled: 'plain' };
const POLL = 700;

function useJob(id) {
  const [state, setState] = useState({});
  useEffect(() => {
    let timer;
    const poll = async () => {
      try {
        const job = await get(`customers/imports/${id}`);
        setState({ job });
        if (job.status === 'running') timer = setTimeout(() => void poll(), POLL);
      } catch (problem) {
        setState((old) => ({ ...old, problem }));
      }
    };
    void poll();
    return () => clearTimeout(timer);
  }, [id]);
  return state;
}

/** The progress of an import, then its result. */
export function Job({ id, onEnd }) {
  const { job, problem } = useJob(id);
  const [isAsking, setAsking] = useState(false);
  const isRunning = job?.status === 'running';
  useEffect(() => {
    if (job && !isRunning) onEnd?.();
  }, [job, isRunning]);
  if (!job) return problem ? html`<${Trouble} problem=${problem} />` : html`<${Loading} />`;
  const counts = {
    Created: number(job.created),
    Updated: number(job.updated),
    Unchanged: number(job.skipped),
    Refused: number(job.failed),
    Warnings: number(job.warnings),
  };
  const columns = job.columns.map(({ source, target }) => `${source} → ${target}`);
  return html`<section class="job">
    <p role="status"><${Badge} kind=${KINDS[job.status]}>${words(job.status)}<//>
      ${job.dry_run && ' Check only: nothing is stored.'} ${job.error?.detail}</p>
    ${
      isRunning &&
      html`<div class="row">
      <label>${number(job.processed)} rows <progress></progress></label>
      <button type="button" onClick=${() => setAsking(true)}>Cancel the import</button>
    </div>`
    }
    <${Facts} class="numbers" of=${counts} />
    ${columns.length > 0 && html`<p>Columns: ${columns.join(', ')}</p>`}
    ${job.dropped_columns.length > 0 && html`<p class="note">Left out: ${job.dropped_columns.join(', ')}</p>`}
    ${job.problems.length > 0 && !isRunning && html`<${Problems} job=${job} />`}
    ${
      isAsking &&
      html`<${Confirm} title="Cancel this import?" action="Cancel it" onClose=${() => setAsking(false)}
      text=${job.on_error === 'abort' ? 'No row of it is kept.' : 'The rows imported so far are kept.'}
      onConfirm=${() => request('DELETE', `customers/imports/${id}`)} />`
    }
  </section>`;
}

const LINES = {
  Line: (row) => number(row.line),
  Field: (row) => row.field ?? '—',
  Kind: (row) => words(row.severity),
  Detail: (row) => inWords(row.detail),
};

function Problems({ job }) {
  const [filter, setFilter] = useState({});
  const path = `customers/imports/${job.id}/errors`;
  const errors = usePages(path, filter);
  const select = ({ code, field }) => setFilter({ code, field });
  const columns = {
    Problem: (row) =>
      html`<button type="button" class="link" onClick=${() => select(row)}>${row.field ?? 'Row'}: ${inWords(row.example_detail)}</button>`,
    Kind: (row) => words(row.severity),
    Count: (row) => number(row.count),
    'First line': (row) => number(row.first_line),
  };
  const save = () =>
    download(path, { format: 'csv' }, 'import-errors.csv').catch((error) => toast(error.message));
  return html`<h3>Problems</h3>
    <${Table} caption="Problems by kind" columns=${columns} rows=${job.problems} empty="None." />
    <div class="title">
      <h3>Lines${filter.code && `: ${filter.field ?? 'row'}`}</h3>
      ${filter.code && html`<button type="button" onClick=${() => setFilter({})}>All lines</button>`}
      <button type="button" onClick=${save}>Download</button>
    </div>
    <${Table} caption="Problems by line" columns=${LINES} rows=${errors.rows} list=${errors} empty="None." />`;
}
