import { AppError } from '../../src/common/errors/app-error.js';

/** @returns the error code that `act` throws, or undefined when it throws nothing */
export function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}
