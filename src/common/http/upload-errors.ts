/** The client disconnected before the last byte. */
export class UploadIncompleteError extends Error {}

/** The compression or the form of the file is invalid. The message is for the client. */
export class UnreadableUploadError extends Error {}
