/* The inner loops of the networks: matrix products, fused with what lies between them, so that rows stay in cache.
 *
 * `kernels.py` calls the functions that are not static and says what they take.  `layers.py`, `columns.py` and
 * `slovnet.py` define the same in NumPy, which is used where this file could not be compiled.
 *
 * Matrices are contiguous rows of floats unless a `stride` is given; indexes are int64.  Weights are packed: the first
 * PANEL columns of a matrix (depth, width) row by row, then the next PANEL columns, and so on; width is a multiple of
 * PANEL.  A product adds in the same order for every row, so that a row of it does not depend on the rows beside it.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef int64_t integer;
/* Vectors at any address; the compiler maps them to the instructions of the processor (AVX2, NEON, ...). */
typedef float vector __attribute__((vector_size(32), aligned(4)));
typedef int32_t integers __attribute__((vector_size(32), aligned(4)));

/* LANES: floats of a vector.  A product computes TILE rows of a PANEL at once: 6 x 2 vectors of sums, 2 of weights
 * and one row value in 15 registers, of the 16 that AVX2 has.  MOST_LABELS and MOST_ENDS bound arrays on the
 * stack; kernels.py checks them, and they are well above the sizes of the networks. */
enum { LANES = 8, PANEL = 16, TILE = 6, MOST_LABELS = 64, MOST_ENDS = 512 };

static inline vector of(float value) { return value - (vector){0}; }
static inline vector at(const float *place) { return *(const vector *)place; }
static inline void put(float *place, vector value) { *(vector *)place = value; }
static inline vector chosen(integers which, vector a, vector b)
{
    return (vector)((which & (integers)a) | (~which & (integers)b));
}
static inline vector largest(vector a, vector b) { return chosen(a > b, a, b); }
static inline vector least(vector a, vector b) { return chosen(a < b, a, b); }

static inline float sum(vector a)
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

/* exp(x) as 2^n * exp(r) with |r| <= ln 2 / 2, by the polynomial of Cephes' expf; within 2 units in the last
 * place.  x is clamped to the range in which 2^n is a normal float. */
static inline vector exponential(vector x)
{
    x = least(largest(x, of(-87.0f)), of(88.0f));
    const vector magic = of(12582912.0f); /* 1.5 * 2^23: adding it rounds to a whole number */
    const vector n = (x * 1.44269504088896341f + magic) - magic;
    const vector r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    vector y = of(1.9875691500e-4f);
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * (r * r) + r + 1.0f;
    return y * (vector)((__builtin_convertvector(n, integers) + 127) << 23);
}

/* Adds to `acc` the products of TILE rows of `depth` floats, at the addresses `rows`, with one panel of weights `b`.
 * Written out row by row, so that the sums stay in registers. */
static inline void tile(const float *const *rows, long depth, const float *b, vector acc[TILE][2])
{
    vector a0 = acc[0][0], a1 = acc[1][0], a2 = acc[2][0], a3 = acc[3][0], a4 = acc[4][0], a5 = acc[5][0];
    vector c0 = acc[0][1], c1 = acc[1][1], c2 = acc[2][1], c3 = acc[3][1], c4 = acc[4][1], c5 = acc[5][1];
    const float *r0 = rows[0], *r1 = rows[1], *r2 = rows[2], *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
    for (long k = 0; k < depth; k++, b += PANEL) {
        const vector left = at(b), right = at(b + LANES);
        a0 += r0[k] * left, c0 += r0[k] * right;
        a1 += r1[k] * left, c1 += r1[k] * right;
        a2 += r2[k] * left, c2 += r2[k] * right;
        a3 += r3[k] * left, c3 += r3[k] * right;
        a4 += r4[k] * left, c4 += r4[k] * right;
        a5 += r5[k] * left, c5 += r5[k] * right;
    }
    acc[0][0] = a0, acc[1][0] = a1, acc[2][0] = a2, acc[3][0] = a3, acc[4][0] = a4, acc[5][0] = a5;
    acc[0][1] = c0, acc[1][1] = c1, acc[2][1] = c2, acc[3][1] = c3, acc[4][1] = c4, acc[5][1] = c5;
}

/* What to do with a product: add `bias`, add it to what is there (`added`), raise it to at least `floor`; in this
 * order. A pointer may be null. */
typedef struct {
    const float *bias, *floor;
    int added;
} ending;

/* Writes to `c`, (n, width), the products of n rows of `depth` floats, at the addresses `rows`, with packed
 * weights `b`. `rows` must hold addresses that can be read up to a multiple of TILE. */
static void product(long n, const float *const *rows, long depth, const float *b, long width, ending end, float *c)
{
    for (long p = 0; p < width; p += PANEL, b += depth * PANEL) {
        const vector bias[2] = {end.bias ? at(end.bias + p) : of(0), end.bias ? at(end.bias + p + LANES) : of(0)};
        for (long i = 0; i < n; i += TILE) {
            const long count = n - i < TILE ? n - i : TILE;
            vector acc[TILE][2];
            for (int r = 0; r < TILE; r++)
                acc[r][0] = bias[0], acc[r][1] = bias[1];
            tile(rows + i, depth, b, acc);
            for (int r = 0; r < count; r++)
                for (int half = 0; half < 2; half++) {
                    float *place = c + (i + r) * width + p + half * LANES;
                    vector value = acc[r][half];
                    if (end.added)
                        value += at(place);
                    if (end.floor)
                        value = largest(value, at(end.floor + p + half * LANES));
                    put(place, value);
                }
        }
    }
}

/* n rounded up to a multiple of TILE. */
static long up(long n) { return (n + TILE - 1) / TILE * TILE; }

/* Fills `rows` with the addresses of n rows of `stride` floats, and with the first one again up to a multiple of
 * TILE. */
static void in_order(const float *a, long n, long stride, const float **rows)
{
    for (long i = 0; i < up(n); i++)
        rows[i] = a + (i < n ? i * stride : 0);
}

/* Convolutions of three taps `step` rows apart, by Winograd's F(4, 3): a group of four output rows takes six
 * products instead of twelve (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
 * `kernels.py` transforms the weights, `input_terms` the rows, `output_rows` the products.  The rows of a group
 * lie `step` apart. */
enum { OUTPUTS = 4, TERMS = 6 };

/* The number of groups, and the index of a group's first output row. */
static long groups_of(long n, long step) { return (n + OUTPUTS * step - 1) / (OUTPUTS * step) * step; }
static long first_of(long group, long step) { return group / step * OUTPUTS * step + group % step; }

/* Writes the transformed input rows, (TERMS, groups, width), of `x`, (n, width); rows beyond `x` are `zeros`. */
static void input_terms(const float *x, long n, long width, long step, const float *zeros, float *terms)
{
    const long groups = groups_of(n, step), apart = groups * width;
    for (long group = 0; group < groups; group++, terms += width) {
        const float *rows[TERMS];
        for (long r = 0; r < TERMS; r++) {
            const long i = first_of(group, step) + (r - 1) * step;
            rows[r] = i >= 0 && i < n ? x + i * width : zeros;
        }
        for (long begin = 0; begin < width; begin += LANES) {
            /* Where the width is no multiple of LANES, the last vector overlaps the one before. */
            const long k = begin + LANES <= width ? begin : width - LANES;
            const vector r0 = at(rows[0] + k), r1 = at(rows[1] + k), r2 = at(rows[2] + k);
            const vector r3 = at(rows[3] + k), r4 = at(rows[4] + k), r5 = at(rows[5] + k);
            const vector even = r4 - 4.0f * r2, odd = r3 - 4.0f * r1, near = r4 - r2, far = 2.0f * (r3 - r1);
            put(terms + k, 4.0f * (r0 - r2) + near);
            put(terms + apart + k, even + odd);
            put(terms + 2 * apart + k, even - odd);
            put(terms + 3 * apart + k, near + far);
            put(terms + 4 * apart + k, near - far);
            put(terms + 5 * apart + k, r5 - r3 - 2.0f * far);
        }
    }
}

/* Writes to `y`, (n, width), the output rows from the products, (TERMS, groups, width): added to what is there if
 * `added`, and at least `floor`. */
static void output_rows(const float *products, long n, long width, long step, int added, const float *floor, float *y)
{
    const long groups = groups_of(n, step), apart = groups * width;
    for (long group = 0; group < groups; group++, products += width)
        for (long k = 0; k < width; k += LANES) {
            const float *p = products + k;
            const vector sum12 = at(p + apart) + at(p + 2 * apart), difference12 = at(p + apart) - at(p + 2 * apart);
            const vector sum34 = at(p + 3 * apart) + at(p + 4 * apart);
            const vector difference34 = at(p + 3 * apart) - at(p + 4 * apart);
            const vector made[OUTPUTS] = {
                at(p) + sum12 + sum34,
                difference12 + 2.0f * difference34,
                sum12 + 4.0f * sum34,
                difference12 + 8.0f * difference34 + at(p + 5 * apart),
            };
            for (long o = 0; o < OUTPUTS; o++) {
                const long i = first_of(group, step) + o * step;
                if (i < n) {
                    float *place = y + i * width + k;
                    put(place, largest(added ? made[o] + at(place) : made[o], at(floor + k)));
                }
            }
        }
}

/* Writes to `y`, (n, to), the convolution of `x`, (n, from).  `weight` is (TERMS, from, to), each term packed;
 * `memory` has room for TERMS * groups * (from + to) floats.  `y` may be `x`. */
static void three_taps(const float *x, long n, long from, long step, const float *weight, long to, int added,
                       const float *floor, const float *zeros, float *memory, const float **rows, float *y)
{
    const long groups = groups_of(n, step);
    float *products = memory + TERMS * groups * from;
    input_terms(x, n, from, step, zeros, memory);
    for (long term = 0; term < TERMS; term++) {
        in_order(memory + term * groups * from, groups, from, rows);
        product(groups, rows, from, weight + term * from * to, to, (ending){0}, products + term * groups * to);
    }
    output_rows(products, n, to, step, added, floor, y);
}

/* A checksum of this file, which `hatch_build.py` passes to the compiler: kernels.py loads no library of another
 * source. */
uint32_t source(void) { return SOURCE; }

/* Whether this processor has the instructions that the library was compiled for. */
int usable(void)
{
#ifdef __AVX2__
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 1;
#endif
}

/* Writes to `products`, (n, width), the product of `x`, (n, depth), with packed weights. */
void multiply(const float *x, integer n, integer depth, const float *weight, integer width, const float **rows,
              float *products)
{
    in_order(x, n, depth, rows);
    product(n, rows, depth, weight, width, (ending){0}, products);
}

/* ---------------------------------------------------------------- the stacks of layers.py */

enum { CONVOLUTION, AVERAGE, STEMS };

/* A block; weights are packed, and all but `out` read normalized rows with a constant one at the end. */
typedef struct {
    integer kind;
    integer dilation;        /* of a convolution */
    integer size;            /* averages per direction */
    const float *weight;     /* of a convolution transformed; of averages: gate and value, each forward and backward */
    const float *head;       /* of a convolution, for the row of the syntactic head; may be null */
    const float *stem;       /* of stems, for the means */
    const float *out, *bias; /* of the block's output */
} block;

/* The memory that a stack works in, (rows, columns). */
typedef struct {
    float *zeros;       /* (width + 1) */
    float *normed;      /* (n, width + 1) */
    float *y;           /* the input of a block's last product, (n, its width) */
    float *z;           /* what `y` is computed from, where that is not `normed` */
    const float **rows; /* (n up to a multiple of TILE) */
} room;

/* Subtracts from each row its mean. */
static void centre(float *x, long n, long width)
{
    for (long i = 0; i < n; i++, x += width) {
        vector total = of(0);
        for (long k = 0; k < width; k += LANES)
            total += at(x + k);
        const float mean = sum(total) / width;
        for (long k = 0; k < width; k += LANES)
            put(x + k, at(x + k) - mean);
    }
}

/* Writes rows of mean zero scaled to variance one, with a constant one at the end: (n, width + 1). */
static void norm(const float *x, long n, long width, float *rows)
{
    for (long i = 0; i < n; i++, x += width, rows += width + 1) {
        vector total = of(0);
        for (long k = 0; k < width; k += LANES)
            total += at(x + k) * at(x + k);
        const float factor = 1 / sqrtf(sum(total) / width + 1e-5f);
        for (long k = 0; k < width; k += LANES)
            put(rows + k, at(x + k) * factor);
        rows[width] = 1;
    }
}

/* y = max(convolution over tokens + the head's row, 0). */
static void convolve(const block *b, long n, long width, const integer *heads, room *m)
{
    const long wide = width + 1;
    if (b->head) {
        for (long i = 0; i < up(n); i++)
            m->rows[i] = m->normed + (i < n ? heads[i] : 0) * wide;
        product(n, m->rows, wide, b->head, width, (ending){0}, m->y);
    }
    three_taps(m->normed, n, wide, b->dilation, b->weight, width, b->head != 0, m->zeros, m->zeros, m->z, m->rows, m->y);
}

/* y = max(the token's row + the mean of the rows of its stem, 0), each through its weights. */
static void mean_of_stems(const block *b, long n, long width, const integer *groups, room *m)
{
    const long wide = width + 1;
    long count = 0;
    for (long i = 0; i < n; i++)
        count = groups[i] >= count ? groups[i] + 1 : count;
    float *means = m->z, *given = m->z + n * wide;
    memset(means, 0, count * wide * sizeof(float));
    /* The last column counts the tokens of each stem. */
    for (long i = 0; i < n; i++) {
        const float *from = m->normed + i * wide;
        float *to = means + groups[i] * wide;
        for (long k = 0; k < width; k += LANES)
            put(to + k, at(to + k) + at(from + k));
        to[width] += 1;
    }
    for (long g = 0; g < count; g++) {
        float *row = means + g * wide;
        for (long k = 0; k < width; k += LANES)
            put(row + k, at(row + k) / row[width]);
        row[width] = 1;
    }
    in_order(means, count, wide, m->rows);
    product(count, m->rows, wide, b->stem, width, (ending){0}, given);
    for (long i = 0; i < n; i++)
        memcpy(m->y + i * width, given + groups[i] * width, width * sizeof(float));
    in_order(m->normed, n, wide, m->rows);
    product(n, m->rows, wide, b->weight, width, (ending){.floor = m->zeros, .added = 1}, m->y);
}

/* One direction of a running average, `step` 1 forward or -1 backward.  `gates` has the inputs of gates and, 2 * size
 * further, the values; rows are 4 * size apart.  1 - gate = 1 / (1 + exp(the gate's input)). */
static void run(const float *gates, long n, long size, int step, float *averages)
{
    for (long k = 0; k < size; k += LANES) {
        vector average = of(0);
        for (long j = 0, i = step > 0 ? 0 : n - 1; j < n; j++, i += step) {
            const float *row = gates + i * 4 * size + k;
            const vector keep = 1.0f / (1.0f + exponential(at(row)));
            const vector value = at(row + 2 * size);
            average = value + keep * (average - value);
            put(averages + i * 2 * size + k, average);
        }
    }
}

/* y = the averages forward, then backward. */
static void running_averages(const block *b, long n, long width, room *m)
{
    in_order(m->normed, n, width + 1, m->rows);
    product(n, m->rows, width + 1, b->weight, 4 * b->size, (ending){0}, m->z);
    run(m->z, n, b->size, 1, m->y);
    run(m->z + b->size, n, b->size, -1, m->y + b->size);
}

/* Writes the scores, (n, labels), of rows `x`, (n, width), which are overwritten.  `memory` has room for the
 * `room` above, `y_width` is the width of its widest `y`, `read_labels` the packed weights of the labels. */
void stack(float *x, integer n, integer width, const integer *heads, const integer *groups, const block *blocks,
           integer count, const float *read_labels, integer labels, integer y_width, float *memory, const float **rows,
           float *scores)
{
    room m = {.rows = rows, .zeros = memory, .normed = memory + width + 1};
    m.y = m.normed + n * (width + 1);
    m.z = m.y + n * y_width;
    memset(m.zeros, 0, (width + 1) * sizeof(float));
    centre(x, n, width);
    for (const block *b = blocks; b < blocks + count; b++) {
        norm(x, n, width, m.normed);
        if (b->kind == CONVOLUTION)
            convolve(b, n, width, heads, &m);
        else if (b->kind == STEMS)
            mean_of_stems(b, n, width, groups, &m);
        else
            running_averages(b, n, width, &m);
        const long depth = b->kind == AVERAGE ? 2 * b->size : width;
        in_order(m.y, n, depth, rows);
        product(n, rows, depth, b->out, width, (ending){.bias = b->bias, .added = 1}, x);
    }
    norm(x, n, width, m.normed);
    in_order(m.normed, n, width + 1, rows);
    product(n, rows, width + 1, read_labels, labels, (ending){0}, scores);
}

/* Adds to each row of `x`, (n, width), one row of `table` per feature: row first[c] + ids[i, c]. */
void add_rows(float *x, integer n, integer width, const float *table, const integer *ids, integer columns,
              const integer *first)
{
    for (long i = 0; i < n; i++, x += width, ids += columns)
        for (long k = 0; k < width; k += LANES) {
            vector total = at(x + k);
            for (long c = 0; c < columns; c++)
                total += at(table + (ids[c] + first[c]) * width + k);
            put(x + k, total);
        }
}

/* Writes the probabilities, (n, labels), of scores, whose rows are `stride` apart, group by group of `sizes`
 * labels. */
void softmax(const float *scores, integer n, integer stride, const integer *sizes, integer groups, integer labels,
             float *probabilities)
{
    for (long i = 0; i < n; i++, scores += stride, probabilities += labels) {
        float row[MOST_LABELS] __attribute__((aligned(32))) = {0};
        const float *from = scores;
        float *to = row;
        for (long g = 0; g < groups; from += sizes[g], to += sizes[g], g++) {
            float most = from[0];
            for (long l = 1; l < sizes[g]; l++)
                most = from[l] > most ? from[l] : most;
            for (long l = 0; l < sizes[g]; l++)
                to[l] = from[l] - most;
        }
        for (long l = 0; l < labels; l += LANES)
            put(row + l, exponential(at(row + l)));
        to = row;
        float *given = probabilities;
        for (long g = 0; g < groups; to += sizes[g], given += sizes[g], g++) {
            float total = 0;
            for (long l = 0; l < sizes[g]; l++)
                total += to[l];
            for (long l = 0; l < sizes[g]; l++)
                given[l] = to[l] / total;
        }
    }
}

/* ---------------------------------------------------------------- sequences of labels */

/* Writes the best path as `layers.best_path`; `memory` has room for n * (labels + 1) bytes. */
void best_path(const float *probabilities, integer n, integer stride, integer labels, const float *transitions,
               float sure, float forbidden, uint8_t *memory, integer *path)
{
    uint8_t *came_from = memory, *given = memory + n * labels;
    for (long i = 0; i < n; i++) {
        const float *row = probabilities + i * stride;
        path[i] = 0;
        for (long l = 1; l < labels; l++)
            path[i] = row[l] > row[path[i]] ? l : path[i];
    }
    /* A token whose label is given keeps it, so that the labels beside a stretch of others stand when its turn comes. */
    for (long i = 0; i < n; i++) {
        const integer before = i ? path[i - 1] : 0, after = i + 1 < n ? path[i + 1] : 0;
        given[i] = probabilities[i * stride + path[i]] >= sure && !(transitions[before * labels + path[i]] < forbidden) &&
                   !(transitions[path[i] * labels + after] < forbidden);
    }
    for (long start = 0, end; start < n; start = end) {
        end = start + 1;
        if (given[start])
            continue;
        while (end < n && !given[end])
            end++;
        const integer before = start ? path[start - 1] : 0, after = end < n ? path[end] : 0;
        float score[MOST_LABELS], next[MOST_LABELS];
        for (long l = 0; l < labels; l++)
            score[l] = logf(probabilities[start * stride + l] + 1e-9f) + transitions[before * labels + l];
        for (long i = start + 1; i < end; i++) {
            for (long l = 0; l < labels; l++) {
                long best = 0;
                for (long from = 1; from < labels; from++)
                    if (score[from] + transitions[from * labels + l] > score[best] + transitions[best * labels + l])
                        best = from;
                came_from[i * labels + l] = best;
                next[l] = score[best] + transitions[best * labels + l] + logf(probabilities[i * stride + l] + 1e-9f);
            }
            memcpy(score, next, labels * sizeof(float));
        }
        long best = 0;
        for (long l = 1; l < labels; l++)
            if (score[l] + transitions[l * labels + after] > score[best] + transitions[best * labels + after])
                best = l;
        path[end - 1] = best;
        for (long i = end - 1; i > start; i--)
            path[i - 1] = best = came_from[i * labels + best];
    }
}

/* ---------------------------------------------------------------- Natasha's networks */

/* Writes the sums of each encoder's first convolution, (encoders, n, width).  A row of `table` has what a word
 * contributes to the next row, its own and the one before, for each encoder; `places` are the rows' words. */
void first_sums(const float *table, const integer *places, integer n, integer encoders, integer width, float *sums)
{
    const long wide = 3 * encoders * width;
    for (long i = 0; i < n; i++)
        for (long e = 0; e < encoders; e++) {
            const float *before = i ? table + places[i - 1] * wide + 3 * e * width : 0;
            const float *here = table + places[i] * wide + (3 * e + 1) * width;
            const float *after = i + 1 < n ? table + places[i + 1] * wide + (3 * e + 2) * width : 0;
            float *to = sums + (e * n + i) * width;
            for (long k = 0; k < width; k += LANES) {
                vector total = at(here + k);
                if (before)
                    total += at(before + k);
                if (after)
                    total += at(after + k);
                put(to + k, total);
            }
        }
}

typedef struct {
    integer from, to;    /* widths of input and output */
    const float *zero;   /* the input row that stands for zeros: a separator */
    const float *weight; /* transformed, as `three_taps` reads it */
    const float *floor;  /* the least output */
} convolution;

/* Writes the hidden states of the rows `words`, (length, width), from the sums `x` of the first convolution, (n,
 * from), which are overwritten.  `floor` is of the first convolution, `scale` and `constant` are of the last.
 * `memory` has room for TERMS * groups_of(n, 1) rows of the widest input and output together. */
void encode(float *x, integer n, const float *floor, const convolution *layers, integer count,
            const integer *separators, integer separated, const integer *words, integer length, const float *scale,
            const float *constant, float *memory, const float **rows, float *hidden)
{
    for (long i = 0; i < n; i++)
        for (long k = 0; k < layers->from; k += LANES)
            put(x + i * layers->from + k, largest(at(x + i * layers->from + k), at(floor + k)));
    for (const convolution *layer = layers; layer < layers + count; layer++) {
        for (long s = 0; s < separated; s++)
            memcpy(x + separators[s] * layer->from, layer->zero, layer->from * sizeof(float));
        /* The first and the last row are separators, so that what lies beyond them does not matter. */
        three_taps(x, n, layer->from, 1, layer->weight, layer->to, 0, layer->floor, layer->zero, memory, rows, x);
    }
    const long width = layers[count - 1].to;
    for (long i = 0; i < length; i++)
        for (long k = 0; k < width; k += LANES)
            put(hidden + i * width + k, at(x + words[i] * width + k) * at(scale + k) + at(constant + k));
}

/* The index of the largest score, the first of equal ones; `count` is a multiple of LANES. */
static long likeliest(const float *scores, long count)
{
    vector most = at(scores);
    for (long k = LANES; k < count; k += LANES)
        most = largest(most, at(scores + k));
    float best = most[0];
    for (int lane = 1; lane < LANES; lane++)
        best = most[lane] > best ? most[lane] : best;
    long k = 0;
    while (k < count - 1 && scores[k] != best)
        k++;
    return k;
}

/* Rows that are scored together: four tiles, so that packed weights are read once for them and the scores stay in
 * cache. */
enum { AT_ONCE = 24 };

/* Writes the index of the best label of each row of `hidden`, (n, depth); `memory` has room for AT_ONCE rows of
 * scores. */
void classify(const float *hidden, integer n, integer depth, const float *weight, const float *bias,
              integer labels, float *memory, integer *best)
{
    const float *rows[AT_ONCE];
    for (long i = 0; i < n; i += AT_ONCE) {
        const long count = n - i < AT_ONCE ? n - i : AT_ONCE;
        in_order(hidden + i * depth, count, depth, rows);
        product(count, rows, depth, weight, labels, (ending){.bias = bias}, memory);
        for (long r = 0; r < count; r++)
            best[i + r] = likeliest(memory + r * labels, labels);
    }
}

/* Writes the relations of the tokens of one sentence, [first, first + length), to their heads.  The product of a
 * head with the weights is computed once for all its dependents, AT_ONCE candidates for heads at a time. */
static void relate(const float *ends, long first, long length, long size, const float *root, const float *relations,
                   const float *bias, long labels, float *asked, const integer *heads, integer *rels)
{
    const float *rows[AT_ONCE];
    const long wide = 4 * size;
    for (long from = -1; from < length; from += AT_ONCE) {
        /* The number of each candidate among those that are a head; -1 for the others. */
        long places[AT_ONCE], count = 0;
        for (long h = 0; h < AT_ONCE; h++)
            places[h] = -1;
        for (long i = first; i < first + length; i++) {
            const long h = heads[i] - from;
            if (h >= 0 && h < AT_ONCE && places[h] < 0) {
                rows[count] = heads[i] < 0 ? root : ends + (first + heads[i]) * wide + 2 * size;
                places[h] = count++;
            }
        }
        if (!count)
            continue;
        for (long r = count; r < up(count); r++)
            rows[r] = rows[0];
        product(count, rows, size, relations, size * labels, (ending){0}, asked);
        for (long i = first; i < first + length; i++) {
            const long h = heads[i] - from;
            if (h < 0 || h >= AT_ONCE)
                continue;
            const float *other = ends + i * wide + 3 * size, *asks = asked + places[h] * size * labels;
            float scores[MOST_LABELS];
            for (long l = 0; l < labels; l += LANES) {
                vector total = at(bias + l);
                for (long k = 0; k < size; k++)
                    total += other[k] * at(asks + k * labels + l);
                put(scores + l, total);
            }
            rels[i] = likeliest(scores, labels);
        }
    }
}

/* Writes each token's head as an index in its sentence, -1 for the root, and its relation.
 *
 * `weight` projects a hidden state to four vectors of `size` floats: dependent and head of an arc, head and dependent of a
 * relation; `root` has the root's vectors as the two kinds of heads.  `kernel` is the bilinear form of arcs.  `relations`
 * is (size, size * labels): for a head, the weights that give the scores of all labels from a dependent.  The sentences
 * lie between `separators`.  `memory` has room for n * 5 * size + AT_ONCE * size * labels floats. */
void parse(const float *hidden, integer n, integer depth, const float *weight, const float *bias, integer size,
           const float *kernel, const float *root, const integer *separators, integer separated,
           const float *relations, const float *relation_bias, integer labels, float *memory, const float **rows,
           integer *heads, integer *rels)
{
    const long wide = 4 * size;
    float *ends = memory, *word = memory + n * wide, *asked = word + n * size;
    float zeros[MOST_ENDS] = {0};
    in_order(hidden, n, depth, rows);
    product(n, rows, depth, weight, wide, (ending){.bias = bias, .floor = zeros}, ends);
    in_order(ends, n, wide, rows);
    product(n, rows, size, kernel, size, (ending){0}, word);
    for (long s = 0, first = 0; s + 1 < separated; s++) {
        const long length = separators[s + 1] - separators[s] - 1;
        for (long i = first; i < first + length; i++) {
            float most = 0;
            long best = 0;
            for (long j = 0; j <= length; j++) {
                const float *head = j ? ends + (first + j - 1) * wide + size : root;
                vector total = of(0);
                for (long k = 0; k < size; k += LANES)
                    total += at(word + i * size + k) * at(head + k);
                const float score = sum(total);
                if (!j || score > most)
                    most = score, best = j;
            }
            heads[i] = best - 1;
        }
        relate(ends, first, length, size, root + size, relations, relation_bias, labels, asked, heads, rels);
        first += length;
    }
}
