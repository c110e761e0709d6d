import { expect } from 'chai';
import { countText, plural, shareText, shortHash, sizeText } from './number.ts';

describe('numbers for people', () => {
  it('groups thousands', () => {
    expect(countText(10_000)).to.equal('10,000');
  });

  it('counts one and many', () => {
    expect(plural(1, 'agent')).to.equal('1 agent');
    expect(plural(0, 'agent')).to.equal('0 agents');
    expect(plural(2, 'entry', 'entries')).to.equal('2 entries');
  });

  it('never rounds a share to all or nothing', () => {
    expect(shareText(9_999, 10_000)).to.equal('>99 %');
    expect(shareText(1, 10_000)).to.equal('<1 %');
    expect(shareText(10_000, 10_000)).to.equal('100 %');
    expect(shareText(0, 10_000)).to.equal('0 %');
    expect(shareText(0, 0)).to.equal('–');
    expect(shareText(1, 3)).to.equal('33 %');
  });

  it('shows sizes with binary units', () => {
    expect([512, 1536, 3 * 1024 * 1024].map(sizeText)).to.deep.equal(['512 B', '1.5 KiB', '3.0 MiB']);
  });

  it('shortens a hash', () => {
    expect(shortHash('0123456789abcdef')).to.equal('01234567');
  });
});
