from genai_codemod.groups import Groups


def test_groups_grow_together_and_stay_in_order() -> None:
    groups = Groups(["a", "b", "c", "d"])
    groups.join("a", "c")
    groups.join("d", "a")
    assert groups.by_leader() == {"c": ["a", "c", "d"], "b": ["b"]}
    assert groups.leader("d") == "c"


def test_a_member_that_was_not_given_stands_alone() -> None:
    groups: Groups[int] = Groups()
    assert groups.leader(1) == 1
    groups.join(2, 3)
    assert groups.by_leader() == {1: [1], 3: [3, 2]}
