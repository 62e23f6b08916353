import type { RowProblem } from '../reading/record.js';

/** The columns of a file cannot be imported, so none of its rows is imported. */
export class ColumnsRefusedError extends Error {
  constructor(readonly problems: readonly RowProblem[]) {
    super();
  }
}
