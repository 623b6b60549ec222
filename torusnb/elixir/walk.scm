; The nodes an outline is made of; everything else is reached from them.
(call) @node
(alias) @node
(sigil) @node
(unary_operator operator: "@" operand: (call)) @node
(unary_operator operator: "&" operand: (binary_operator)) @node
(binary_operator operator: ["|>" "="]) @node
