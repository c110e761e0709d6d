/** One file of a configuration, as an agent reports it or is given it. Names are unique within a configuration; "" is a legal name. */
export interface ConfigFile {
  readonly name: string;
  /** A MIME type, such as `text/yaml`; may be empty. */
  readonly contentType: string;
  readonly body: Uint8Array;
}
