import { useState } from 'preact/hooks';
import { number, words } from './format.js';
import { Job, KINDS } from './import-job.js';
import { NewImport } from './import-new.js';
import { link, usePages } from './state.js';
import { Badge, html, Table, Time } from './ui.js';

const COLUMNS = {
  Started: (row) => html`<a href=${link(`imports/${row.id}`)}><${Time} of=${row.started_at} /></a>`,
  Status: (row) =>
    html`<${Badge} kind=${KINDS[row.status]}>${words(row.status)}<//> ${row.dry_run && 'check only'}`,
  Created: (row) => number(row.created),
  Updated: (row) => number(row.updated),
  Refused: (row) => number(row.failed),
};

export function Imports() {
  const [file, setFile] = useState();
  const [isOver, setOver] = useState(false);
  const list = usePages('customers/imports', {});
  const over = (event) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    setFile(event.dataTransfer.files[0]);
  };
  return html`<h1>Import customers</h1>
    <div class="drop ${isOver && 'over'}" onDragOver=${over} onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <label for="file">Choose a file or drop it here</label>
      <input id="file" type="file" accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.gz" onChange=${({ target }) => setFile(target.files[0])} />
      <p class="quiet">CSV, TSV, JSON or NDJSON, also compressed as .gz.</p>
    </div>
    ${file && html`<${NewImport} file=${file} key=${`${file.name} ${file.lastModified}`} onEnd=${list.reload} />`}
    <h2>Earlier imports</h2>
    <${Table} caption="Imports" columns=${COLUMNS} rows=${list.rows} list=${list} empty="Nothing was imported yet." />`;
}

export function Import({ id }) {
  return html`<p><a href="#/imports">← Imports</a></p>
    <h1>Import</h1>
    <${Job} id=${id} />`;
}
