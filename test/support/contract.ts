import { readFileSync } from 'node:fs';
import type {
  OpenAPIObject,
  OperationObject,
  ReferenceObject,
  ResponseObject,
} from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './client.ts';

/** Headers of the transport, of caching, of CORS and of security, which any response may have. */
const UBIQUITOUS =
  /^(date|connection|keep-alive|content-(type|length|security-policy)|transfer-encoding|cache-control|vary|access-control-.*|x-content-type-options|x-frame-options|referrer-policy|cross-origin-opener-policy|strict-transport-security)$/;

/** Checks that responses match an OpenAPI document. */
export class Contract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly routes: { pattern: RegExp; path: string }[];
  readonly document: OpenAPIObject;

  constructor(document: OpenAPIObject) {
    this.document = document;
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'openapi', undefined, false);
    this.routes = Object.keys(document.paths)
      .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((path) => ({
        path,
        pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]*')}/?$`),
      }));
  }

  /** The committed document. */
  static read(): Contract {
    const file = new URL('../../docs/openapi.json', import.meta.url);
    return new Contract(JSON.parse(readFileSync(file, 'utf8')) as OpenAPIObject);
  }

  /** @throws Error that describes the difference */
  check(method: string, url: string, answer: Answer): void {
    const problem = this.findProblem(method, new URL(url).pathname, answer);
    if (problem === undefined) return;
    throw new Error(
      `${method} ${url} returned ${answer.status}, which does not match docs/openapi.json: ${problem}\n` +
        `${answer.text}\nIf the API changed on purpose, run: npm run openapi`,
    );
  }

  /** @param pointer of a schema in the document, such as `/components/schemas/Problem` */
  schema(pointer: string): ValidateFunction {
    const validate = this.ajv.getSchema(`openapi#${pointer}`);
    if (!validate) throw new Error(`No schema at ${pointer}`);
    return validate;
  }

  private findProblem(method: string, pathname: string, answer: Answer): string | undefined {
    const route = this.routes.find(({ pattern }) => pattern.test(pathname));
    if (!route) return this.isRefusal(answer) ? undefined : 'the path is unknown';
    const key = (method === 'HEAD' ? 'get' : method.toLowerCase()) as 'get';
    const operation = this.document.paths[route.path]?.[key];
    if (!operation) return isOtherMethod(method, answer) ? undefined : 'the method is unknown';
    const responses = `/paths/${escape(route.path)}/${key}/responses`;
    return this.compare(operation, responses, answer, method === 'HEAD');
  }

  private isRefusal({ status, body }: Answer): boolean {
    return [400, 404, 414].includes(status) && this.schema('/components/schemas/Problem')(body);
  }

  private compare(
    operation: OperationObject,
    responses: string,
    answer: Answer,
    isHead: boolean,
  ): string | undefined {
    const status = String(answer.status) in operation.responses ? String(answer.status) : 'default';
    const response = this.resolve<ResponseObject>(operation.responses[status]);
    if (!response) return 'the status is not documented';
    const header = this.headerProblem(response, answer);
    if (header) return header;
    const contents = Object.entries(response.content ?? {});
    if (contents.length === 0) return answer.text === '' ? undefined : 'there should be no body';
    const type = answer.headers.get('content-type')?.split(';', 1)[0];
    const [mediaType, content] = contents.find(([known]) => known === type) ?? [];
    if (!mediaType) return `the media type ${type} is not documented`;
    if (isHead) return undefined;
    const isProblem = mediaType === 'application/problem+json';
    if (isProblem && !(answer.body.code in (content?.examples ?? {}))) {
      return `the code ${answer.body.code} is not documented`;
    }
    const schema = isProblem
      ? '/components/schemas/Problem'
      : `${responses}/${status}/content/${escape(mediaType)}/schema`;
    const validate = this.schema(schema);
    return validate(answer.body ?? answer.text) ? undefined : this.ajv.errorsText(validate.errors);
  }

  private headerProblem({ headers = {} }: ResponseObject, answer: Answer): string | undefined {
    const documented = new Map(
      Object.entries(headers).map(([name, header]) => [name.toLowerCase(), this.resolve(header)]),
    );
    for (const [name, header] of documented) {
      if (header?.required && !answer.headers.has(name)) return `the header ${name} is missing`;
    }
    const unknown = [...answer.headers.keys()].find(
      (name) => !documented.has(name) && !UBIQUITOUS.test(name),
    );
    return unknown && `the header ${unknown} is not documented`;
  }

  private resolve<T extends object>(target: T | ReferenceObject | undefined): T | undefined {
    if (!target || !('$ref' in target)) return target;
    let value: unknown = this.document;
    for (const key of target.$ref.slice(2).split('/'))
      value = (value as Record<string, unknown>)[key];
    return value as T;
  }
}

/** Whether the method is correctly refused. The document lists only the methods of a path. */
function isOtherMethod(method: string, { status, headers }: Answer): boolean {
  const isAnswered = method === 'OPTIONS' ? status === 204 : status === 405;
  return isAnswered && headers.has('allow');
}

function escape(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
