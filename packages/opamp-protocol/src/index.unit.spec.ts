import { expect } from 'chai';
import * as protocol from './index.ts';

describe('the index', () => {
  it('offers neither protobufjs nor Long', () => {
    const names = Object.keys(protocol);
    expect(names).to.have.length.above(40);
    expect(
      names.filter((name) => /proto(buf)?js|Long|Reader|Writer|Codec$|schema/i.test(name)),
    ).to.deep.equal([]);
  });
});
