"""A queue whose smallest entry comes first, as compiled code needs it: a list kept as a binary heap."""

from numba import njit

Queue = list[tuple[float, int, int]]


@njit(cache=True, nogil=True)
def heapify(heap: Queue) -> None:
    """Make a list a queue."""
    for i in range(len(heap) // 2 - 1, -1, -1):
        sift_down(heap, i)


@njit(cache=True, nogil=True)
def pop_first(heap: Queue) -> None:
    """Take the smallest entry, which is ``heap[0]``, off."""
    tail = heap.pop()
    if len(heap) > 0:
        heap[0] = tail
        sift_down(heap, 0)


@njit(cache=True, nogil=True)
def sift_down(heap: Queue, i: int) -> None:
    """Put entry ``i`` right after it grew."""
    entry = heap[i]
    n = len(heap)
    child = 2 * i + 1
    while child < n:
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if not heap[child] < entry:
            break
        heap[i] = heap[child]
        i = child
        child = 2 * i + 1
    heap[i] = entry


@njit(cache=True, nogil=True)
def sift_up(heap: Queue, i: int) -> None:
    """Put entry ``i`` right after it shrank or was appended."""
    entry = heap[i]
    while i > 0:
        parent = (i - 1) // 2
        if not entry < heap[parent]:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = entry
