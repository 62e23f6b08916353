/** The client disconnected before the last byte. */
export class UploadIncompleteError extends Error {}

/** The compression or the form around the file is broken. The message is for the client. */
export class UnreadableUploadError extends Error {}
