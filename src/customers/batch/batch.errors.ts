import { AppError, type FieldError } from '../../common/errors/app-error.js';
import { pointerTo } from './operations.js';

/** The part of an operation that an error is about. */
const PARTS: Partial<Record<AppError['code'], string>> = {
  email_taken: '/body/email',
  external_id_taken: '/body/external_id',
  precondition_failed: '/if_match',
  precondition_required: '/if_match',
};

/** Makes the pointers of an error relative to the body of the batch. */
export function withPointersInto(error: AppError, index: number): AppError {
  const prefix = pointerTo(index);
  const errors = error.errors?.map((problem): FieldError =>
    'pointer' in problem && !problem.pointer.startsWith('/operations/')
      ? { ...problem, pointer: `${prefix}/body${problem.pointer}` }
      : problem,
  );
  return errors ? withErrors(error, errors) : error;
}

/** Names the failed operation in `errors`, for the response to the whole batch. */
export function withOperation(error: AppError, index: number): AppError {
  if (error.errors) return error;
  const pointer = pointerTo(index, PARTS[error.code]);
  return withErrors(error, [{ pointer, code: 'one_of', detail: error.message }]);
}

function withErrors({ code, message, headers }: AppError, errors: readonly FieldError[]): AppError {
  return new AppError(code, { detail: message, errors, headers });
}
