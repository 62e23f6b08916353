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
import { isPlainObject } from './plain-object.js';
import { problemsOf } from './text-record-rules.js';
import { gatherRecords, recordsOf } from './text-records.js';

/**
 * A DTO class with additional rules that need the configuration or several fields. Their errors are
 * reported with the others. The fields may have invalid values.
 */
interface CrossFieldRules {
  crossFieldErrors(dto: object, config: Config): FieldError[];
}

/**
 * Converts the body or the query to the DTO of the handler. Fields that the DTO does not declare are
 * errors. The ValidationPipe of `@nestjs/common` does not report the origin of a value, which `pointer`
 * and `parameter` of the contract need.
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

  /** Returns the errors of fields without another error. */
  private ownProblems(
    metatype: Partial<CrossFieldRules>,
    dto: object,
    known: readonly FieldError[],
  ): FieldError[] {
    const problems = metatype.crossFieldErrors?.(dto, this.config) ?? [];
    const pointers = known.map((error) => 'pointer' in error && error.pointer);
    return problems.filter((error) => 'pointer' in error && !pointers.includes(error.pointer));
  }

  /** Caches the errors of an empty DTO. They never change, and many requests have no body and no query. */
  private validateEmpty(dto: object): Promise<ValidationError[]> {
    const failures = this.failuresOfEmpty.get(dto.constructor) ?? failuresOf(dto);
    this.failuresOfEmpty.set(dto.constructor, failures);
    return failures;
  }
}

/**
 * Converts a part of a body to a DTO.
 *
 * @param at the JSON pointer to the part
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

/** Returns the error for a part of a body. */
export function within(error: FieldError, at: string): FieldError {
  return 'pointer' in error ? { ...error, pointer: at + error.pointer } : error;
}

function failuresOf(dto: object): Promise<ValidationError[]> {
  return validate(dto, { whitelist: true, forbidNonWhitelisted: true });
}

/** class-transformer and class-validator do not reject `constructor`, `toString` and similar names. */
function refuseInheritedNames(sent: readonly string[], source: 'body' | 'query'): void {
  const names = sent.filter((name) => name in Object.prototype);
  if (names.length > 0) throw validationFailed(names.map((name) => unknownField(name, source)));
}

function isDto(metatype: ArgumentMetadata['metatype']): boolean {
  return ![Object, String, Number, Boolean, Array].includes(metatype as never);
}

/** Returns an error for each invalid key of a record, and one error for any other field. */
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

/** Reports only the first failed rule in the order of the catalogue, such as `required` before `length`. */
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
