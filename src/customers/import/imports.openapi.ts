import type { RequestBodyObject } from '@nestjs/swagger';

const CSV = 'external_id,name,email,dob,country,language\r\nC-1,Ada Lovelace,,1990-04-30,GB,en\r\n';
const OBJECT = { customer_id: 'C-1', email: 'grace@example.com', country: 'GB', language: 'en' };

export const IMPORT_DESCRIPTION = `The body is streamed and may be as large as the service is set to take (1 GiB by default). 202 comes
when all of it has arrived; then read the import at \`Location\` until its status is not \`running\`.

CSV (RFC 4180, UTF-8, with a header line), a JSON array, or one JSON object a line. The fields are those
of a customer; \`customer_id\` means \`external_id\`; \`timestamp\` and what the server sets is read over; any
other refuses the row. In CSV an empty field is null, and a \`'\` before a formula is taken away as the export
puts it. An upsert leaves what the file does not name.`;

const ROWS = { schema: { type: 'string' } } as const;

export const IMPORT_BODY: RequestBodyObject = {
  required: true,
  content: {
    'text/csv': { ...ROWS, example: CSV },
    'application/json': { schema: { type: 'array', items: { type: 'object' }, example: [OBJECT] } },
    'application/x-ndjson': { ...ROWS, example: `${JSON.stringify(OBJECT)}\n` },
  },
};
