import type { RequestBodyObject } from '@nestjs/swagger';
import { FIELD_NAMES } from '../customer-fields.js';
import { IMPORT_MEDIA_TYPES } from './reading/media-types.js';

const CSV = 'external_id,name,email,dob,country,language\r\nC-1,Ada Lovelace,,1990-04-30,GB,en\r\n';
const OBJECT = { customer_id: 'C-1', email: 'grace@example.com', country: 'GB', language: 'en' };
const LINES = `${JSON.stringify(OBJECT)}\n`;

export const IMPORT_DESCRIPTION = `The body is streamed. It may have up to IMPORT_MAX_BYTES (1 GiB by default) and IMPORT_MAX_ROWS rows (10,000,000). The response is 202 when
all of it has arrived. Then read the import at \`Location\` until its status is not \`running\`. An account may run two imports at the same time.

**Forms.** CSV with a header, a JSON array, an object with one array of objects (also deeper, as in GraphQL), one JSON object per line, or JSON
objects in sequence. The body may also be a form with one file, or have \`Content-Encoding: gzip\`; the file of a form is decompressed
when its name ends in \`.gz\`. The encoding is that of the byte order mark, else the charset of the Content-Type, else UTF-8.

**Columns.** The fields are ${FIELD_NAMES.join(', ')}. Headers are compared without case, blanks, dashes, \`_\`, \`.\` and \`*\`.
Also known are customer id, e-mail, email address, date of birth, birthdate, birthday, full name, phone number,
mobile, country code, locale, and \`metadata.KEY\` for a key of the metadata. First name and last name are combined if there is no column for the name. \`columns\`
maps all others. \`id\` finds a customer in an upsert. Other server-owned fields are ignored.

**Values** are trimmed, and a \`'\` before \`=+-@\` or a digit is dropped. Countries and languages may be
codes, locales or names in many languages. \`date_format\` sets the format of dates. \`NULL\`, \`NaN\`, \`N/A\`, \`-\` and similar texts count as empty
cells unless the field accepts such a text. In JSON \`false\`, \`[]\` and \`{}\` are empty as well, and the types of MongoDB are read as their values.

**Problems.** The header is checked once. \`problems\` counts the problems by kind. Each detail names the parameter
that can help.`;

export const PREVIEW_DESCRIPTION = `Shows how an import would understand a file: its format, the target of each column, and the first rows. It stores nothing.

Send the whole file, or better only its beginning: the service reads until it has the rows, at most 1 MiB after decompression. The file may
be cut off anywhere, also within gzip, if its header and one row are complete. A last row without a line break is shown as far as it was sent.

A file that an import would refuse is 200 as well. \`error\` has the reason, as in an import, and an unknown column has the target null.`;

/**
 * Described as a file, so that Swagger UI offers to choose one and generated clients take a Blob. JSON
 * is also described as a file, because some generators read only the JSON type of a body.
 */
const TEXT = { type: 'string', format: 'binary' } as const;

function contentOf(mediaType: string): RequestBodyObject['content'][string] {
  if (mediaType === 'application/json') {
    const list = { type: 'array', items: { type: 'object' } } as const;
    return { schema: { oneOf: [list, TEXT] }, example: [OBJECT] };
  }
  if (mediaType === 'text/tab-separated-values') {
    return { schema: TEXT, example: CSV.replaceAll(',', '\t') };
  }
  return { schema: TEXT, example: /json/.test(mediaType) ? LINES : CSV };
}

export const IMPORT_BODY: RequestBodyObject = {
  required: true,
  content: Object.fromEntries([
    ...IMPORT_MEDIA_TYPES.map((mediaType) => [mediaType, contentOf(mediaType)] as const),
    [
      'multipart/form-data',
      {
        schema: {
          type: 'object',
          required: ['file'],
          properties: { file: { type: 'string', format: 'binary' } },
        },
      },
    ],
  ]),
};
