import type { Address } from '../users/users.repository.js';
import type { AddressBody } from './auth.dto.js';
import { exactlyOneAddress } from './auth.errors.js';

/** @throws AppError 400 unless the body names exactly one address */
export function addressOf({ email, mobile }: AddressBody): { address: Address; text: string } {
  if (email && !mobile) return { address: { email }, text: email };
  if (mobile && !email) return { address: { mobile }, text: mobile };
  throw exactlyOneAddress();
}
