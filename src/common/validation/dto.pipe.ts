import {
  type ArgumentMetadata,
  Inject,
  Injectable,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { CONFIG, type Config } from '../config/config.js';
import type { FieldError, FieldLocation } from '../errors/app-error.js';
import { FIELD_ERROR_CODES, type FieldErrorCode } from '../errors/catalogue.js';
import { validationFailed } from '../errors/errors.js';
import { rememberRules } from './remembered-rules.js';
import { gatherRecords, problemsOf, recordsOf } from './text-records.js';

/**
 * A DTO class with rules that need the configuration or several fields. They are reported with the
 * others. The fields may have any value.
 */
interface CrossFieldRules {
  crossFieldErrors(dto: object, config: Config): FieldError[];
}

/**
 * Turns the body or the query into the DTO that the handler declares. Fields that the DTO does not
 * name are errors. The ValidationPipe of `@nestjs/common` does not report where a value came from,
 * which `pointer` and `parameter` of the contract need.
 */
@Injectable()
export class DtoPipe implements PipeTransform {
  private readonly failuresOfEmpty = new Map<unknown, Promise<ValidationError[]>>();

  constructor(@Inject(CONFIG) private readonly config: Config) {
    rememberRules(); // class-validator would collect them again at every request
  }

  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if (!metatype || !isDto(metatype) || (type !== 'body' && type !== 'query')) return value;
    if (value !== undefined && !isPlainObject(value)) {
      throw validationFailed([{ pointer: '', code: 'type', detail: 'must be a JSON object' }]);
    }
    const input = type === 'query' ? gatherRecords(value ?? {}, metatype) : (value ?? {});
    const names = Object.keys(input);
    refuseInheritedNames(names, type);
    const dto = plainToInstance(metatype as Type<object>, input);
    const failures = await (names.length > 0 ? failuresOf(dto) : this.validateEmpty(dto));
    const errors = failures.flatMap((failure) => toFieldErrors(failure, type));
    errors.push(...this.ownProblems(metatype as Partial<CrossFieldRules>, dto, errors));
    if (errors.length > 0) throw validationFailed(errors);
    return dto;
  }

  /** Those of fields that have no other error yet. */
  private ownProblems(
    metatype: Partial<CrossFieldRules>,
    dto: object,
    known: readonly FieldError[],
  ): FieldError[] {
    const problems = metatype.crossFieldErrors?.(dto, this.config) ?? [];
    const pointers = known.map((error) => 'pointer' in error && error.pointer);
    return problems.filter((error) => 'pointer' in error && !pointers.includes(error.pointer));
  }

  /** What an empty DTO lacks never changes, and many requests have neither a body nor a query. */
  private validateEmpty(dto: object): Promise<ValidationError[]> {
    const failures = this.failuresOfEmpty.get(dto.constructor) ?? failuresOf(dto);
    this.failuresOfEmpty.set(dto.constructor, failures);
    return failures;
  }
}

/**
 * Turns a part of a body into a DTO.
 *
 * @param at the JSON pointer to it
 * @throws AppError 400
 */
export async function toDto<T extends object>(
  type: Type<T>,
  value: unknown,
  at: string,
): Promise<T> {
  if (!isPlainObject(value)) {
    throw validationFailed([{ pointer: at, code: 'type', detail: 'must be a JSON object' }]);
  }
  const dto = plainToInstance(type, value);
  const failures = await failuresOf(dto);
  if (failures.length === 0) return dto;
  throw validationFailed(
    failures.flatMap((failure) => toFieldErrors(failure, 'body')).map((error) => within(error, at)),
  );
}

/** The error of a part of a body. */
export function within(error: FieldError, at: string): FieldError {
  return 'pointer' in error ? { ...error, pointer: at + error.pointer } : error;
}

function failuresOf(dto: object): Promise<ValidationError[]> {
  return validate(dto, { whitelist: true, forbidNonWhitelisted: true });
}

/** class-transformer and class-validator both overlook `constructor`, `toString` and the like. */
function refuseInheritedNames(sent: readonly string[], source: 'body' | 'query'): void {
  const names = sent.filter((name) => name in Object.prototype);
  if (names.length > 0) throw validationFailed(names.map((name) => unknownField(name, source)));
}

function isDto(metatype: ArgumentMetadata['metatype']): boolean {
  return ![Object, String, Number, Boolean, Array].includes(metatype as never);
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a record each key is reported, of another field its first problem. */
function toFieldErrors(failure: ValidationError, source: 'body' | 'query'): FieldError[] {
  const { property, target, value } = failure;
  const rules = target && recordsOf(target.constructor as Type).get(property);
  if (!rules) return [toFieldError(failure, source)];
  return problemsOf(value, rules).map(({ key, code, detail }) => ({
    ...locate(property, source, key),
    code,
    detail,
  }));
}

/** Reports the first failed rule in the order of the catalogue: a missing field is not also short. */
function toFieldError(failure: ValidationError, source: 'body' | 'query'): FieldError {
  const details = failure.constraints ?? {};
  const location = locate(failure.property, source);
  if ('whitelistValidation' in details) return unknownField(failure.property, source);
  const code = FIELD_ERROR_CODES.find((candidate) => candidate in details) ?? 'format';
  const isRepeated = source === 'query' && Array.isArray(failure.value);
  const detail = isRepeated ? 'must be given once' : (details[code] ?? 'is not valid');
  return { ...location, code: isRepeated ? ('type' satisfies FieldErrorCode) : code, detail };
}

export function unknownField(property: string, source: 'body' | 'query'): FieldError {
  const detail = source === 'body' ? 'is not a known field' : 'is not a known parameter';
  return { ...locate(property, source), code: 'unknown_field', detail };
}

function locate(property: string, source: 'body' | 'query', key?: string): FieldLocation {
  if (source === 'query') {
    return { parameter: key === undefined ? property : `${property}[${key}]` };
  }
  return { pointer: pointerTo(key === undefined ? [property] : [property, key]) };
}

/** RFC 6901. */
function pointerTo(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
