asking = Questions at checkout
asking-none = No questions yet. Whoever gets this pass is asked nothing.
asking-new = New question
asking-kind = How it is answered
asking-line = short answer
asking-text = long answer
asking-choice = choice
asking-required = required
asking-must = It has to be answered
asking-if-choice = for a choice
asking-options-hint = One a line, at least two.
asking-add = Add the question
asking-added = The question is added.
asking-remove = Remove
asking-remove-label = Remove “{ $question }”
asking-removed = It is not asked any more. What was answered is kept.
asking-gone = This question is not asked any more.
asking-full = This pass asks as much as a pass can.
asking-kind-wrong = Choose how it is answered.
asking-few = A choice needs at least two options, one a line.
asking-many = A choice has at most { $most } options.
asking-ends-orders = A change ends open orders, because their buyers were asked something else. The answers stand in the list of people.
asking-count =
    { $count ->
        [0] Ask something at checkout
        [one] One question at checkout
       *[other] { $count } questions at checkout
    }
asking-title = Before you get it
asking-below = The questions are below.
asking-missing = Please answer this.
asking-unknown = Choose one of the options.
asking-changed = Other things are asked now. Please answer again.
asking-unanswered = This pass asks something before you get it. Open its page.
