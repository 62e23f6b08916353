export type Channel = 'email' | 'sms';

/** A message to send. An SMS has only a text. */
export type Message =
  | { channel: 'email'; to: string; subject: string; text: string; html: string }
  | { channel: 'sms'; to: string; text: string };

/** Delivers a message. Rejects with a {@link DeliveryError} when the message was not accepted. */
export type Deliver = (message: Message, traceparent: string | null) => Promise<void>;

/**
 * A message was not accepted. It contains only the code of the protocol, because the responses of mail
 * servers contain addresses, which must not be logged.
 */
export class DeliveryError extends Error {
  constructor(
    /** A status or an error code, such as `550` or `ETIMEDOUT`. */
    readonly reason: string,
    /** Whether the message itself was refused, so that no retry can succeed. */
    readonly isFinal: boolean,
  ) {
    super(`The message was not accepted: ${reason}`);
  }
}
