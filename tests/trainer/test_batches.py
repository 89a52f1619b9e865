import torch

from batdoc.trainer.batches import by_length, counted, padded, questions_and_answers


def test_parts_of_like_length_hold_no_padding() -> None:
    batch = {
        "prompt_ids": torch.tensor([[0, 0, 5], [6, 7, 8], [0, 9, 9]]),
        "prompt_mask": torch.tensor([[0, 0, 1], [1, 1, 1], [0, 1, 1]]),
        "completion_ids": torch.tensor([[1, 0, 0], [2, 3, 4], [5, 0, 0]]),
        "completion_mask": torch.tensor([[1, 0, 0], [1, 1, 1], [1, 0, 0]]),
        "num_items_in_batch": torch.tensor(5),
    }
    (first, longest), (second, others) = by_length(batch, 2)
    assert first.tolist() == [1, 2]
    assert longest["prompt_ids"].tolist() == [[6, 7, 8], [0, 9, 9]]
    assert second.tolist() == [0]
    assert others["prompt_ids"].tolist() == [[5]]
    assert others["completion_ids"].tolist() == [[1]]
    assert int(others["num_items_in_batch"]) == 5


def test_what_counts() -> None:
    batch = {
        "completion_mask": torch.tensor([[1, 1, 0], [1, 1, 1]]),
        "tool_mask": torch.tensor([[1, 1, 1], [0, 0, 0]]),
    }
    assert counted(batch).tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]


def test_rows_of_numbers() -> None:
    like = torch.zeros(2, 3)
    assert padded([[-1.0, -2.0], [-3.0]], like).tolist() == [[-1.0, -2.0, 0.0], [-3.0, 0.0, 0.0]]


def test_questions_end_and_answers_begin_together() -> None:
    batch = questions_and_answers([[1], [2, 3]], [[4, 5], [6]], "cpu")
    assert batch["prompt_ids"].tolist() == [[0, 1], [2, 3]]
    assert batch["prompt_mask"].tolist() == [[0, 1], [1, 1]]
    assert batch["completion_ids"].tolist() == [[4, 5], [6, 0]]
    assert batch["completion_mask"].tolist() == [[1, 1], [1, 0]]
