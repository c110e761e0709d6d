/** Keeps private keys where they can be destroyed: never in the log. */
export interface SigningKeyVault {
  /** `privateKey` is PKCS #8, DER. */
  put(tenant: string, keyId: string, privateKey: Uint8Array): Promise<void>;
  get(tenant: string, keyId: string): Promise<Uint8Array | undefined>;
  /** For a key that was made and never used. */
  remove(tenant: string, keyId: string): Promise<void>;
}
