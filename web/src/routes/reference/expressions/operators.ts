/** What joins and compares in an expression: how it is written, what it is for, an example. */
export const operators = [
  ['and, or, not', 'Joins conditions; brackets group them.', 'env = "prod" and not zone = "lab"'],
  ['= != < <= > >=', 'Compares. Labels are text: number(x) makes a number of one.', 'number(cores) >= 4'],
  ['in', 'One of several values.', 'env in ("prod", "staging")'],
  ['matches', 'A regular expression, searched in linear time.', 'host.name matches "^edge-[0-9]+$"'],
  ['has-key', 'Whether an agent has a label, or a mapping a key.', 'has-key env and not has-key zone'],
  [
    'any ( … ) where',
    'Whether one element is so; it, or a name given with as, stands for the element.',
    'any (agent.capabilities) where it = "ReportsHealth"',
  ],
  [
    'all ( … ) where',
    'Whether every element is so; of an empty list that always holds.',
    'all (agent.capabilities) as c where starts-with(c, "Accepts")',
  ],
  [
    '.name ["a key"]',
    'Goes into a mapping, or to a label whose name needs quotes.',
    'agent.description["service.name"] = "gateway"',
  ],
  [
    '"text" 12 1m30s true null',
    'Values. What is not there is null, and fits no comparison but the one with null.',
    'zone = null',
  ],
] as const;
