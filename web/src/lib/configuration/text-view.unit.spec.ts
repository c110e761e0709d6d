import { expect } from 'chai';
import { addressOfView, parseTextView } from './text-view.ts';

describe('how a text is looked at', () => {
  it('is read from the address, the text alone where it says nothing that is known', () => {
    const cases = [
      ['', 'yaml'],
      ['view=split', 'split'],
      ['view=visual', 'visual'],
      ['view=upside-down', 'yaml'],
    ];
    for (const [query, view] of cases) expect(parseTextView(new URLSearchParams(query))).to.equal(view);
  });

  it('is written there, and all else stays', () => {
    expect(addressOfView('http://a/c?release=0.1.0', 'split')).to.equal('/c?release=0.1.0&view=split');
    expect(addressOfView('http://a/c?view=split&release=0.1.0', 'yaml')).to.equal('/c?release=0.1.0');
  });
});
