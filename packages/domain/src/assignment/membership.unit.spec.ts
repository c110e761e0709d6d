import type { AssignmentEvent, GroupEvent } from '@ampora/catalogue';
import { fold } from '@ampora/kernel';
import { specifyDecider } from '@ampora/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { groupDecider } from '../group/group.ts';
import { countsIn, evolveStanding, noStanding } from '../group/standing.ts';
import { assignmentDecider } from './assignment.ts';

const agentId = '0195d0a0-0000-7000-8000-0000000000aa';
const [one, two] = ['0195d0a0-0000-7000-8000-000000000011', '0195d0a0-0000-7000-8000-000000000012'] as const;
const joined = (groupId: string, previousGroupId: string | null = null): AssignmentEvent => ({
  type: 'AgentJoinedGroup',
  data: { agentId, groupId, previousGroupId, reason: 'manual' },
});
const left = (groupId: string): AssignmentEvent => ({
  type: 'AgentLeftGroup',
  data: { agentId, groupId, reason: 'manual' },
});
const labelled = (set: Record<string, string>, removed: string[] = []): AssignmentEvent => ({
  type: 'AgentLabelsChanged',
  data: { agentId, set, removed },
});
const join = (groupId: string) => ({ type: 'join-group', agentId, groupId, reason: 'manual' }) as const;
const leave = (groupId: string) => ({ type: 'leave-group', agentId, groupId, reason: 'manual' }) as const;
const { given } = specifyDecider(assignmentDecider);

describe('the group of an agent', () => {
  it('is joined and left by one fact each; a move is one fact', () => {
    given()
      .when(join(one))
      .then([joined(one)]);
    given(joined(one))
      .when(join(two))
      .then([joined(two, one)]);
    given(joined(one))
      .when(leave(one))
      .then([left(one)]);
  });

  it('is nothing new when it is so already', () => {
    given(joined(one)).when(join(one)).thenNothing();
    given(joined(one)).when(leave(two)).thenNothing();
    given().when(leave(one)).thenNothing();
    given(joined(one), left(one)).when(leave(one)).thenNothing();
  });

  it('is joined anew where the membership counts for nothing', () => {
    given(joined(one))
      .when({ ...join(one), isVoid: true })
      .then([joined(one)]);
  });

  it('says which selector put the agent there', () => {
    given()
      .when({ type: 'join-group', agentId, groupId: one, reason: 'selector', selectorPosition: '17' })
      .then([
        {
          type: 'AgentJoinedGroup',
          data: { agentId, groupId: one, previousGroupId: null, reason: 'selector', selectorPosition: '17' },
        },
      ]);
  });
});

describe('the labels that the server gives an agent', () => {
  const set = (labels: Record<string, string>) =>
    ({ type: 'change-labels', agentId, set: labels, remove: 'others' }) as const;

  it('are those that were set last, and a change is what changed', () => {
    given()
      .when(set({ team: 'a', ring: 'canary' }))
      .then([labelled({ ring: 'canary', team: 'a' })]);
    given(labelled({ team: 'a', ring: 'canary' }))
      .when(set({ team: 'a', zone: 'z' }))
      .then([labelled({ zone: 'z' }, ['ring'])]);
    given(labelled({ team: 'a' }))
      .when(set({ team: 'a' }))
      .thenNothing();
    given(labelled({ team: 'a', ring: 'canary' }))
      .when({ type: 'change-labels', agentId, set: { team: 'b' }, remove: ['ring', 'unknown'] })
      .then([labelled({ team: 'b' }, ['ring'])]);
  });

  it('are refused beyond what is bounded', () => {
    for (const key of ['', ' ', 'a b', '.a', '-a', '__proto__', 'ä', 'k'.repeat(64)])
      given()
        .when(set({ [key]: '' }))
        .thenRejected('label/invalid-key');
    given()
      .when(set({ 'k8s.io/role_name-1': 'v'.repeat(256) }))
      .then([labelled({ 'k8s.io/role_name-1': 'v'.repeat(256) })]);
    given()
      .when(set({ key: 'v'.repeat(257) }))
      .thenRejected('label/invalid-value');
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
    given()
      .when(set(many(65)))
      .thenRejected('label/too-many');
    given(labelled(many(64)))
      .when({ type: 'change-labels', agentId, set: { more: '' }, remove: [] })
      .thenRejected('label/too-many');
    given(labelled(many(64)))
      .when({ type: 'change-labels', agentId, set: { more: '' }, remove: ['k0'] })
      .then([labelled({ more: '' }, ['k0'])]);
  });
});

const aStep = fc.oneof(
  fc.record({ act: fc.constantFrom('join', 'leave'), group: fc.nat(2), agent: fc.nat(2) }),
  fc.record({
    act: fc.constantFrom('delete', 'restore'),
    group: fc.nat(2),
    agent: fc.constant(0),
  }),
);

describe('any walk of joins, moves, deletions and restorings', () => {
  it('leaves each agent in one living group at most, and in none that was deleted since it joined', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (walk) => {
        let position = 0n;
        const groups = [0, 1, 2].map((index) => ({
          groupId: `0195d0a0-0000-7000-8000-00000000000${index}`,
          events: [] as GroupEvent[],
          standing: noStanding,
        }));
        const agents = [0, 1, 2].map((index) => ({
          agentId: `0195d0a0-0000-7000-8000-0000000000a${index}`,
          events: [] as AssignmentEvent[],
          joinedAt: 0n,
        }));
        /** What whoever looks on would say: group by agent, by what was done and nothing else. */
        const members = new Map<number, number>();
        const happens = (index: number, ...events: readonly GroupEvent[]) => {
          const group = groups[index]!;
          for (const event of events) {
            group.events.push(event);
            group.standing = evolveStanding(group.standing, event, ++position);
          }
        };
        const decideGroup = (index: number, type: 'delete-group' | 'restore-group') => {
          const { groupId, events } = groups[index]!;
          happens(index, ...groupDecider.decide({ type, groupId }, fold(groupDecider, events)));
        };
        for (const [index, { groupId }] of groups.entries())
          happens(
            index,
            ...groupDecider.decide(
              {
                type: 'create-group',
                groupId,
                name: `${index}`,
                description: '',
                priority: 0,
                autoApply: true,
                mode: 'static',
                selector: null,
              },
              groupDecider.initial,
            ),
          );
        for (const { act, group: to, agent: who } of walk) {
          const { groupId, standing } = groups[to]!;
          const agent = agents[who]!;
          const state = fold(assignmentDecider, agent.events);
          if (act === 'delete' || act === 'restore') {
            decideGroup(to, `${act}-group`);
            if (act === 'delete') for (const [one, its] of members) if (its === to) members.delete(one);
            continue;
          }
          // A deleted group takes nobody in.
          if (act === 'join' && standing.livingSince === null) continue;
          const isVoid = state.groupId === groupId && !countsIn(standing, agent.joinedAt);
          const events = assignmentDecider.decide(
            act === 'join'
              ? { ...join(groupId), agentId: agent.agentId, isVoid }
              : { ...leave(groupId), agentId: agent.agentId },
            state,
          );
          for (const event of events) {
            agent.events.push(event);
            position++;
            if (event.type === 'AgentJoinedGroup') agent.joinedAt = position;
          }
          if (act === 'join') members.set(who, to);
          else if (members.get(who) === to) members.delete(who);
        }
        for (const [who, agent] of agents.entries()) {
          const { groupId } = fold(assignmentDecider, agent.events);
          const inIt = groups.filter(
            (group) => group.groupId === groupId && countsIn(group.standing, agent.joinedAt),
          );
          expect(inIt.map((group) => groups.indexOf(group))).to.deep.equal(
            members.has(who) ? [members.get(who)] : [],
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
