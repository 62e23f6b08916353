import { catalogue } from '../errors/catalogue.js';
import { escapeHtml } from '../http/html.js';

const rows = Object.entries(catalogue).map(
  ([code, { status, title, meaning, remedy }]) => `
      <tr id="${code}">
        <td><a href="#${code}"><code>${code}</code></a></td>
        <td>${status}</td>
        <td><strong>${title}.</strong> ${asHtml(meaning)}</td>
        <td>${asHtml(remedy)}</td>
      </tr>`,
);

/** The error catalogue as a page. The `type` of each problem document is a link to it. */
export const errorsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Errors of Customer API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border-bottom: 1px solid #8886; padding: .5rem; text-align: left; vertical-align: top; }
      tr:target { background: light-dark(#fff3c4, #5b4a00); }
    </style>
  </head>
  <body>
    <h1>Errors</h1>
    <p>Every error is <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>:
       codes never change. Quote <code>request_id</code> when you report one.
       <a href="/docs">Back to the routes</a></p>
    <table>
      <thead><tr><th>code</th><th>status</th><th>meaning</th><th>remedy</th></tr></thead>
      <tbody>${rows.join('')}
      </tbody>
    </table>
  </body>
</html>
`;

function asHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}
