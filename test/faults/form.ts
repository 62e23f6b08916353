/** `npm run test:faults` runs the long form, `npm test` the short one: the same with less of it. */
export const isLong = process.env['TEST_FAULTS'] === 'long';
