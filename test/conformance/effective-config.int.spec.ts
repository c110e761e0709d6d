import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, type Message, RawAgent, text, waitFor } from './raw-agent.ts';

const running = (receiver: string): Message => ({
  effectiveConfig: {
    configMap: {
      configMap: { '': { body: text(`receivers: { ${receiver}: {} }\n`), contentType: 'text/yaml' } },
    },
  },
});

describe('effective configs that change to and fro', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge();
  });
  after(() => under.stop());

  it('X20: the last of a hasty to and fro is in the log soon after, and all were answered at once', async () => {
    const agent = await RawAgent.connect(under.url);
    const digests = async () =>
      (await under.eventsOf(agent.uid)).flatMap((event) =>
        event.type === 'AgentEffectiveConfigReported' ? [event.data.digest] : [],
      );
    await agent.ask(fullState());
    await agent.ask(running('a'));
    await agent.ask(running('b'));
    const [, a, b] = await digests();
    for (let count = 0; count < 12; count++) await agent.ask(running(count % 2 === 0 ? 'a' : 'b'));
    await agent.ask(running('a'));
    expect(a).to.not.equal(b);
    expect((await digests()).at(-1), 'held back').to.equal(b);
    await waitFor(async () => (await digests()).at(-1) === a, 'the last config in the log', 40_000);
    expect((await digests()).length).to.be.below(10);
    await agent.leave();
  }).timeout(60_000);
});
