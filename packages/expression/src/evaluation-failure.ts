/** Why an evaluation gave no value. */
export type FailureCode = 'budget' | 'depth' | 'type' | 'size' | 'invalid' | 'internal';

/** Thrown inside an evaluation and caught at its edge. No Error: it needs no stack, and 10,000 agents may each raise one. */
export class EvaluationFailure {
  readonly code: FailureCode;
  readonly reason: string;
  readonly from: number;
  readonly to: number;

  constructor(code: FailureCode, reason: string, span: { readonly from: number; readonly to: number }) {
    this.code = code;
    this.reason = reason;
    this.from = span.from;
    this.to = span.to;
  }
}
