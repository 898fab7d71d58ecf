// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that give grids another size, against LibTorch's kernels on what their originals hand them: names, dtypes,
// shapes and every bit, in blocks of any length. `tests/parity/resize_timm.py` asks the originals themselves.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>

#include "tests/numeric/calculating.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace {
at::Tensor randn(const std::vector<int64_t> &sizes, at::ScalarType type = at::kFloat)
{
    static const at::Generator generator = at::detail::createCPUGenerator(6);
    return at::randn(sizes, generator, at::kFloat).to(type);
}

/// As torch.nn.functional.interpolate with a size.
at::Tensor interpolated(const at::Tensor &images, int64_t height, int64_t width, const QString &method, bool antialias,
                        bool alignCorners = false)
{
    const std::array<int64_t, 2> size{height, width};
    if (method == u"nearest")
        return at::upsample_nearest2d(images, size);
    if (method == u"bilinear")
        return antialias ? at::_upsample_bilinear2d_aa(images, size, alignCorners)
                         : at::upsample_bilinear2d(images, size, alignCorners);
    return antialias ? at::_upsample_bicubic2d_aa(images, size, alignCorners)
                     : at::upsample_bicubic2d(images, size, alignCorners);
}

/// Of timm's geometric tables one number after the other, in the precision that it computes each in.
at::Tensor geometric(const at::Tensor &table, int64_t height, int64_t width)
{
    const auto coordinates = [](int64_t from, int64_t to) {
        double left = 1.01, right = 1.5, q = 0;
        while (right - left > 1e-6) {
            q = (left + right) / 2;
            ((1 - std::pow(q, double(from / 2))) / (1 - q) > double(to / 2) ? right : left) = q;
        }
        std::vector<float> all(std::size_t(from), 0);
        double distance = 1;
        for (int64_t i = 1; i <= from / 2; ++i) {
            all[std::size_t(from / 2 + i)] = float(distance);
            all[std::size_t(from / 2 - i)] = -float(distance);
            distance += std::pow(q, double(i));
        }
        return all;
    };
    struct Place
    {
        int64_t left, right;
        float fromLeft, toRight;
    };
    const auto placeOf = [](const std::vector<float> &all, int64_t wanted) {
        const auto last = int64_t(all.size()) - 1;
        Place place{0, std::lower_bound(all.begin(), all.end(), float(wanted)) - all.begin(), 0, 0};
        place.right = std::min(place.right, last);
        place.left = std::max<int64_t>(place.right - 1, 0);
        place.fromLeft = std::max(float(wanted) - all[std::size_t(place.left)], 0.0F);
        place.toRight = std::max(all[std::size_t(place.right)] - float(wanted), 0.0F);
        if (place.fromLeft == 0 && place.toRight == 0)
            place.fromLeft = place.toRight = 1;
        return place;
    };
    const std::vector<float> rows = coordinates(table.size(0), height), columns = coordinates(table.size(1), width);
    const at::Tensor result = at::empty({height, width, table.size(2)});
    const auto in = table.accessor<float, 3>();
    auto out = result.accessor<float, 3>();
    for (int64_t y = 0; y < height; ++y) {
        for (int64_t x = 0; x < width; ++x) {
            const Place v = placeOf(rows, y - height / 2), h = placeOf(columns, x - width / 2);
            for (int64_t c = 0; c < table.size(2); ++c) {
                float sum = 0;
                sum += in[v.left][h.left][c] * (v.toRight * h.toRight);
                sum += in[v.left][h.right][c] * (v.toRight * h.fromLeft);
                sum += in[v.right][h.left][c] * (v.fromLeft * h.toRight);
                sum += in[v.right][h.right][c] * (v.fromLeft * h.fromLeft);
                out[y][x][c] = sum / ((v.fromLeft + v.toRight) * (h.fromLeft + h.toRight));
            }
        }
    }
    return result;
}

/// height × width × channels, as channels that lie beside each other.
at::Tensor images(const at::Tensor &grid)
{
    return grid.unsqueeze(0).permute({0, 3, 1, 2});
}

const std::array types{at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kFloat8_e4m3fn};
}

class TestResampling : public Calculating
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        at::set_num_threads(1);
        m_mostBlocks = 6; // each is computed whole
        loadProcessor();
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void posEmbed_data()
    {
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("method");
        QTest::addColumn<bool>("antialias");
        QTest::addColumn<bool>("alignCorners");
        QTest::addColumn<bool>("isWide"); ///< in float32
        const auto add = [](const char *fields, const char *method, bool antialias, bool alignCorners, bool isWide) {
            QTest::addRow("%s", fields) << QString::fromLatin1(fields) << QString::fromLatin1(method) << antialias
                                        << alignCorners << isWide;
        };
        add("preset: timm", "bicubic", true, false, true);
        add("antialias: false", "bicubic", false, false, true);
        add("method: bilinear", "bilinear", true, false, true);
        add("method: bilinear, antialias: false, align-corners: true", "bilinear", false, true, true);
        add("align-corners: true", "bicubic", true, true, true);
        add("method: nearest", "nearest", false, false, true);
        add("preset: timm-0.6", "bicubic", false, false, false);
        add("preset: mae", "bicubic", false, false, false);
        add("preset: mae, antialias: true", "bicubic", true, false, false);
        add("preset: vissl", "bicubic", false, true, false);
        add("preset: classy, layout: nld", "bicubic", false, true, false);
        add("preset: mmengine", "bicubic", false, false, true);
        add("preset: radio, crop: none", "bilinear", false, false, true);
    }

    /// Of all dtypes, between several grids, behind several tokens.
    void posEmbed()
    {
        QFETCH(const QString, fields);
        QFETCH(const QString, method);
        QFETCH(const bool, antialias);
        QFETCH(const bool, alignCorners);
        QFETCH(const bool, isWide);
        for (const at::ScalarType type : types) {
            for (const int64_t prefix : {0, 1, 5}) {
                for (const auto &[h, w, height, width] : sizes(4)) {
                    const at::Tensor a = randn({1, prefix + h * w, 7}, type);
                    const bool isHalf = type == at::kHalf || type == at::kBFloat16;
                    const bool isOwn = !isWide && (type == at::kDouble || (isHalf && !antialias));
                    const at::Tensor grid = a.slice(1, prefix).to(isOwn ? type : at::kFloat).view({h, w, 7});
                    const at::Tensor resized =
                        interpolated(images(grid), height, width, method, antialias, alignCorners)
                            .permute({0, 2, 3, 1})
                            .reshape({1, -1, 7})
                            .to(type);
                    const QString step = u"resize-pos-embed: {%1, from: [%2, %3], to: [%4, %5], prefix-tokens: %6}"_s;
                    compare({step.arg(fields).arg(h).arg(w).arg(height).arg(width).arg(prefix)}, {{u"a"_s, a}},
                            {{u"a"_s, cat(a.slice(1, 0, prefix), resized, 1)}});
                    if (QTest::currentTestFailed())
                        return;
                }
            }
        }
    }

    void layouts()
    {
        for (const at::ScalarType type : types) {
            for (const auto &[h, w, height, width] : sizes(3)) {
                const at::Tensor a = randn({h, w, 6}, type), first = randn({2, 6}, type);
                const at::Tensor wanted = interpolated(images(a.to(at::kFloat)), height, width, u"bicubic"_s, true)
                                              .squeeze(0)
                                              .permute({1, 2, 0})
                                              .to(type);
                const QString to = u"from: [%1, %2], to: [%3, %4]"_s.arg(h).arg(w).arg(height).arg(width);
                const auto check = [&](const char *layout, const at::Tensor &before, const at::Tensor &after) {
                    compare({u"resize-pos-embed: {%1, layout: %2}"_s.arg(to, QString::fromLatin1(layout))},
                            {{u"a"_s, before}}, {{u"a"_s, after}});
                };
                const at::Tensor sequence = cat(first, a.view({-1, 6}), 0);
                const at::Tensor resized = cat(first, wanted.reshape({-1, 6}), 0);
                check("ld", sequence, resized);
                check("lnd", sequence.unsqueeze(1), resized.unsqueeze(1));
                check("nhwc", a.unsqueeze(0), wanted.unsqueeze(0));
                const at::Tensor dense = a.permute({2, 0, 1}).contiguous().unsqueeze(0);
                check("nchw", dense, interpolated(dense.to(at::kFloat), height, width, u"bicubic"_s, true).to(type));
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

    void cropped()
    {
        const at::Tensor a = randn({1, 64, 6});
        const at::Tensor square =
            interpolated(images(a.view({8, 8, 6})), 5, 5, u"bilinear"_s, false).squeeze(0).permute({1, 2, 0});
        compare({u"resize-pos-embed: {preset: radio, to: [3, 5]}"_s}, {{u"a"_s, a}},
                {{u"a"_s, square.slice(0, 0, 3).reshape({1, 15, 6})}});
        compare({u"resize-pos-embed: {preset: radio, to: [8, 5]}"_s}, {{u"a"_s, a}},
                {{u"a"_s, a.view({8, 8, 6}).slice(1, 0, 5).reshape({1, 40, 6})}});
    }

    /// NesT's blocks, as timm's `deblockify` and `blockify` take them apart.
    void blocked()
    {
        for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kDouble}) {
            const at::Tensor a = randn({1, 4, 9, 5}, type);
            const auto whole = [](const at::Tensor &blocks, int64_t number, int64_t places) {
                return blocks.reshape({number, number, places, places, 5})
                    .transpose(1, 2)
                    .reshape({number * places, number * places, 5});
            };
            const at::Tensor resized =
                interpolated(images(whole(a, 2, 3)), 10, 10, u"bicubic"_s, false).squeeze(0).permute({1, 2, 0});
            compare({u"resize-pos-embed: {layout: blocked, preset: timm-0.6, to: [10, 10]}"_s}, {{u"a"_s, a}},
                    {{u"a"_s, resized.reshape({2, 5, 2, 5, 5}).transpose(1, 2).reshape({1, 4, 25, 5})}});
        }
    }

    void patchEmbed_data()
    {
        QTest::addColumn<QString>("interpolation");
        QTest::addColumn<bool>("antialias");
        for (const bool antialias : {true, false}) {
            QTest::addRow("bicubic, %d", antialias) << u"bicubic"_s << antialias;
            QTest::addRow("bilinear, %d", antialias) << u"bilinear"_s << antialias;
        }
    }

    /// timm's `resample_patch_embed`, and plain interpolation.
    void patchEmbed()
    {
        QFETCH(const QString, interpolation);
        QFETCH(const bool, antialias);
        for (const at::ScalarType type : types) {
            for (const auto &[h, w, height, width] : sizes(2)) {
                const at::Tensor a = randn({4, 3, h, w}, type), wide = a.to(at::kFloat);
                const at::Tensor basis = at::eye(h * w).reshape({h * w, 1, h, w});
                const at::Tensor matrix = interpolated(basis, height, width, interpolation, antialias)
                                              .squeeze(1)
                                              .permute({1, 2, 0})
                                              .reshape({height * width, h * w});
                const at::Tensor pi =
                    at::matmul(wide.reshape({4, 3, -1}),
                               at::linalg_pinv(matrix, std::optional<double>(), std::optional<double>()))
                        .reshape({4, 3, height, width})
                        .to(type);
                const QString fields = u"to: [%1, %2], interpolation: %3, antialias: %4"_s.arg(height).arg(width).arg(
                    interpolation, antialias ? u"true"_s : u"false"_s);
                const auto check = [&](const QString &more, const at::Tensor &before, const at::Tensor &after) {
                    compare({u"resize-patch-embed: {%1, %2}"_s.arg(fields, more)}, {{u"a"_s, before}},
                            {{u"a"_s, after}});
                };
                check(u"method: pi"_s, a, pi);
                check(u"method: interpolate"_s, a,
                      interpolated(wide, height, width, interpolation, antialias).to(type));
                if (h == w) {
                    check(u"layout: linear-chw"_s, a.reshape({4, -1}), pi.reshape({4, -1}));
                    check(u"layout: linear-hwc"_s, a.permute({0, 2, 3, 1}).reshape({4, -1}),
                          pi.permute({0, 2, 3, 1}).reshape({4, -1}));
                }
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

    void relPosBias()
    {
        for (const at::ScalarType type : types) {
            for (const auto &[h, w, height, width] : sizes(1)) {
                const int64_t rows = 2 * h - 1, columns = 2 * w - 1, y = 2 * height - 1, x = 2 * width - 1;
                const at::Tensor grid = randn({rows, columns, 4}, type), more = randn({3, 4}, type);
                const bool isOwn = type != at::kFloat8_e4m3fn;
                const at::Tensor own = isOwn ? grid : grid.to(at::kFloat);
                const at::Tensor table = geometric(grid.to(at::kFloat), y, x).to(type);
                const at::Tensor simple =
                    interpolated(images(own), y, x, u"bicubic"_s, false).squeeze(0).permute({1, 2, 0}).to(type);
                const QString to = u"from: [%1, %2], to: [%3, %4]"_s.arg(h).arg(w).arg(height).arg(width);
                const auto check = [&](const char *fields, const at::Tensor &before, const at::Tensor &after) {
                    compare({u"resize-rel-pos-bias: {%1, %2}"_s.arg(to, QString::fromLatin1(fields))},
                            {{u"a"_s, before}}, {{u"a"_s, after}});
                };
                const at::Tensor flat = grid.view({-1, 4});
                check("extra-rows: 0", flat, table.reshape({-1, 4}));
                check("extra-rows: auto", cat(flat, more, 0), cat(table.reshape({-1, 4}), more, 0));
                check("layout: heads-rows, extra-rows: 3", cat(flat, more, 0).t(),
                      cat(table.reshape({-1, 4}), more, 0).t());
                check("layout: heads-h-w", grid.permute({2, 0, 1}), table.permute({2, 0, 1}));
                check("method: bicubic", cat(flat, more, 0), cat(simple.reshape({-1, 4}), more, 0));
                const at::Tensor first = own.permute({2, 0, 1}).contiguous();
                check("method: bicubic, layout: heads-h-w", first.to(type),
                      interpolated(first.unsqueeze(0), y, x, u"bicubic"_s, false).squeeze(0).to(type));
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

    void levitAndLinear()
    {
        for (const at::ScalarType type : types) {
            const at::Tensor a = randn({49, 4}, type), wide = a.to(at::kFloat);
            const at::Tensor rows =
                interpolated(images(wide.view({7, 7, 4})), 9, 9, u"bicubic"_s, true).view({4, 81}).permute({1, 0});
            compare({u"resize-rel-pos-bias: {method: levit, to: [9, 9]}"_s}, {{u"a"_s, a}}, {{u"a"_s, rows.to(type)}});
            const at::Tensor heads = wide.t().contiguous();
            compare(
                {u"resize-rel-pos-bias: {method: levit, to: [9, 9], layout: heads-rows}"_s}, {{u"a"_s, heads.to(type)}},
                {{u"a"_s, interpolated(heads.view({1, 4, 7, 7}), 9, 9, u"bicubic"_s, true).view({4, 81}).to(type)}});
            const at::Tensor own = type == at::kFloat8_e4m3fn ? wide : a;
            const at::Tensor linear = at::upsample_linear1d(own.view({1, 49, 4}).permute({0, 2, 1}), 15, false);
            compare({u"resize-rel-pos-bias: {method: linear-1d, to: [8, 8]}"_s}, {{u"a"_s, a}},
                    {{u"a"_s, linear.view({4, 15}).permute({1, 0}).to(type)}});
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Grids of what was moved, and of other grids; and what moves them.
    void amongOthers()
    {
        const at::Tensor a = randn({7, 20});
        const at::Tensor sequence = a.t().slice(0, 2, 18).contiguous();
        const at::Tensor once = interpolated(images(sequence.view({4, 4, 7})), 6, 3, u"bicubic"_s, true)
                                    .squeeze(0)
                                    .permute({1, 2, 0})
                                    .contiguous();
        const at::Tensor twice =
            interpolated(images(once), 5, 5, u"bicubic"_s, true).squeeze(0).permute({1, 2, 0}).reshape({25, 7});
        compare({u"transpose"_s, u"slice: {start: 2, stop: 18}"_s,
                 u"resize-pos-embed: {layout: ld, prefix-tokens: 0, to: [6, 3]}"_s,
                 u"resize-pos-embed: {layout: ld, prefix-tokens: 0, from: [6, 3], to: [5, 5]}"_s, u"transpose"_s,
                 u"flip: 1"_s},
                {{u"a"_s, a}}, {{u"a"_s, twice.t().flip(1)}});
    }

    /// Random grids, tokens, layouts, dtypes: what a plan says is what comes out.
    void shapes()
    {
        for (int round = 0; round < 200; ++round) {
            const auto below = [&](int most) { return int64_t(1 + m_random.bounded(most)); };
            const int64_t h = below(9), w = below(9), height = below(9), width = below(9), prefix = below(4) - 1;
            const at::ScalarType type = types[std::size_t(m_random.bounded(int(types.size())))];
            const at::Tensor a = randn({1, prefix + h * w, below(6)}, type);
            const QString step = u"resize-pos-embed: {from: [%1, %2], to: [%3, %4]}"_s;
            const at::Tensor resized = interpolated(images(a.slice(1, prefix).to(at::kFloat).view({h, w, -1})), height,
                                                    width, u"bicubic"_s, true)
                                           .permute({0, 2, 3, 1})
                                           .reshape({1, -1, a.size(2)})
                                           .to(type);
            const bool isSame = h == height && w == width;
            compare({step.arg(h).arg(w).arg(height).arg(width)}, {{u"a"_s, a}},
                    {{u"a"_s, isSame ? a : cat(a.slice(1, 0, prefix), resized, 1)}});
            if (QTest::currentTestFailed())
                return;
        }
    }

private:
    struct Sizes
    {
        int64_t h, w, height, width;
    };

    /// Larger and smaller, and both; grids of `least` and more.
    static std::vector<Sizes> sizes(int64_t least)
    {
        const int64_t n = least;
        return {{n + 3, n + 3, n + 8, n + 8},
                {n + 6, n + 6, n + 1, n + 1},
                {n + 2, n + 5, n + 4, n},
                {n, n + 7, n + 7, n + 9},
                {n + 3, n + 4, n + 4, n + 3}};
    }

    static at::Tensor cat(const at::Tensor &first, const at::Tensor &second, int64_t axis)
    {
        // Of eight bits LibTorch joins nothing.
        if (first.scalar_type() == at::kFloat8_e4m3fn)
            return at::cat({first.view(at::kByte), second.contiguous().view(at::kByte)}, axis).view(at::kFloat8_e4m3fn);
        return at::cat({first, second}, axis);
    }
};

QTEST_GUILESS_MAIN(TestResampling)
#include "tst_resampling.moc"
