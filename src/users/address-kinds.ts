export const ADDRESS_KINDS = ['email', 'mobile'] as const;

/** The kinds of addresses of an account, named as its fields. */
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** A mobile number has no @, and an e-mail address always has one. */
export function addressKindOf(address: string): AddressKind {
  return address.includes('@') ? 'email' : 'mobile';
}

export function otherKind(kind: AddressKind): AddressKind {
  return kind === 'email' ? 'mobile' : 'email';
}
