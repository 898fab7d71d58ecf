// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/dtype.h"
#include "model/base/finding.h"
#include "model/base/inputfile.h"
#include "model/base/largepages.h"
#include "model/base/nameindex.h"
#include "model/base/shape.h"
#include "model/checkpoint/objects.h"
#include "model/checkpoint/tensorindex.h"

#include <memory>
#include <string>
#include <vector>

enum class StorageId : quint32 {};
enum class RootId : quint32 {};

enum class Format : quint8 { Safetensors, TorchZip, TorchLegacy };

/// Where the bytes of one storage lie. Several tensors may view one storage (ties, slices).
struct Storage
{
    enum class Encoding : quint8 {
        Raw, ///< `bytes` bytes at `offset` of the file
        Deflated, ///< a raw deflate stream of `packed` bytes at `offset` that inflates to `bytes`
        Inline, ///< in Checkpoint::inlineBytes(), at `offset` (numpy arrays inside a pickle)
    };

    quint32 file = 0; ///< index into Checkpoint::files()
    Encoding encoding = Encoding::Raw;
    bool byteSwapped = false; ///< elements are big-endian
    qint64 offset = 0;
    qint64 bytes = 0;
    qint64 packed = 0;
};

/// One tensor as the file describes it. No byte of it has been read.
struct Tensor
{
    Name name; ///< the key inside its root
    Shape shape;
    DType dtype = DType::Unknown;
    bool contiguous = true;
    bool requiresGrad = false;
    bool isParameter = false;
    bool conjugated = false; ///< torch's conj bit: stored numbers are the conjugate of the logical ones
    bool negated = false; ///< torch's neg bit
    quint8 dtypeWord = 0; ///< 0, or 1 + index into Parts::dtypeWords: the file's word for an Unknown dtype
    RootId root{};
    StorageId storage{};
    qint64 byteOffset = 0; ///< of its first element inside the storage
    quint32 strides = 0; ///< index into Checkpoint's stride pool when not contiguous
    quint32 problem = 0; ///< 0, or 1 + index into Checkpoint::problems(): why its values cannot be read
};

/// A place in the file that holds tensors: one dict of them. `path` components as the file has them.
struct Root
{
    std::vector<std::string> path; ///< empty: the file's top level
    TensorIndex first = 0; ///< its tensors are contiguous in Checkpoint::tensors(), in the dict's order
    quint32 count = 0;
    qint64 parameters = 0; ///< elements of all its tensors
    qint64 bytes = 0; ///< numel × itemsize, every tensor counted
    qint64 floating = 0; ///< number of floating-point tensors
    ObjectId moduleVersions = noObject; ///< torch's `_metadata`: a dict prefix → {'version': n}
    ObjectId object = noObject; ///< the dict in the object tree
    bool isOptimizer = false; ///< under an optimizer-like or integer key: never chosen automatically
};

/// An opened checkpoint file: metadata only, immutable, shared by `shared_ptr<const>`, safe on any thread.
/// Names live in its arena. A damaged part is a finding or a tensor's `problem`, not a failure.
class Checkpoint
{
public:
    /// What a reader collects. The constructor computes roots' totals and looks nothing up.
    struct Parts
    {
        QString path;
        Format format = Format::Safetensors;
        QString formatText; ///< "PyTorch zip, protocol 2", for people
        std::vector<std::shared_ptr<const InputFile>> files;
        Arena names;
        LargeVector<Tensor> tensors; ///< grouped by root, roots in `roots`' order
        std::vector<Shape> strides; ///< in elements; index 0 is unused
        LargeVector<Storage> storages;
        std::vector<Root> roots;
        ObjectTree objects;
        std::vector<std::byte> inlineBytes;
        std::vector<std::pair<std::string, std::string>> metadata; ///< safetensors `__metadata__`
        std::vector<QString> problems;
        std::vector<std::string> dtypeWords; ///< each once

        /// The number of a dtype's word, for Tensor::dtypeWord. A file has a few; the 255th stands for all that follow.
        quint8 numberOfDTypeWord(std::string_view word);
        std::vector<std::pair<std::string, NameGrade>> namesInPickle; ///< each "module.name" once
        Findings findings;
    };

    explicit Checkpoint(Parts parts);

    /// `own` with the tensors, storages and files of `others` behind its own, so that a TensorIndex tells a tensor of
    /// any of them; all else (path, roots(), objects, metadata, findings) is that of `own`. None of them is joined
    /// itself. Their names are not copied: they are kept as long as it.
    static std::shared_ptr<const Checkpoint> joined(std::shared_ptr<const Checkpoint> own,
                                                    const std::vector<std::shared_ptr<const Checkpoint>> &others);
    /// Whether it is what joined() gives of these.
    bool isJoinedOf(const std::shared_ptr<const Checkpoint> &own,
                    const std::vector<std::shared_ptr<const Checkpoint>> &others) const;
    /// Whether the tensors of `other`, or of the same files opened anew, are among its own.
    bool holds(const Checkpoint &other) const;
    /// The numbers here of a tensor and a root of a checkpoint that it holds.
    TensorIndex indexOf(const Checkpoint &other, TensorIndex tensor) const;
    RootId indexOf(const Checkpoint &other, RootId root) const;
    /// The checkpoint that a tensor came with: this one, or one of those that are joined.
    const Checkpoint &holderOf(const Tensor &tensor) const;
    bool isJoined() const { return !m_joined.empty(); }
    /// What others are joined with; itself where none is.
    const Checkpoint &own() const { return m_joined.empty() ? *this : *m_joined.front().checkpoint; }
    /// Whether a tensor is of no other checkpoint that is joined.
    bool isOwn(const Tensor &tensor) const { return quint32(tensor.root) < m.roots.size(); }
    /// Whether it is of the files that are there now.
    bool isUnchanged() const;

    const QString &path() const { return m.path; }
    /// File name without folder, for titles.
    QString fileName() const;
    Format format() const { return m.format; }
    const QString &formatText() const { return m.formatText; }
    const std::vector<std::shared_ptr<const InputFile>> &files() const { return m.files; }
    qint64 bytesOnDisk() const;

    std::span<const Tensor> tensors() const { return m.tensors; }
    std::span<const Tensor> tensors(const Root &root) const
    {
        return std::span(m.tensors).subspan(root.first, root.count);
    }
    const std::vector<Root> &roots() const { return m.roots; }
    /// Of roots(), or of those of others that are joined.
    const Root &root(RootId id) const
    {
        const auto at = std::size_t(id);
        return at < m.roots.size() ? m.roots[at] : m_otherRoots[at - m.roots.size()];
    }
    std::span<const Storage> storages() const { return m.storages; }
    const Storage &storage(const Tensor &tensor) const { return m.storages[quint32(tensor.storage)]; }
    /// In elements; dense C order for a contiguous tensor.
    Shape strides(const Tensor &tensor) const;
    /// numel × itemsize; 0 for a dtype of unknown size.
    static qint64 byteCount(const Tensor &tensor);
    static qint64 elements(const Tensor &tensor);
    /// Why the values of `tensor` cannot be read, or empty.
    QString problem(const Tensor &tensor) const;
    /// The dtype as torch writes it, or the file's own word for an Unknown one.
    std::string_view dtypeWord(const Tensor &tensor) const;
    /// dtypeWord() for people.
    QString dtypeText(const Tensor &tensor) const;

    const ObjectTree &objects() const { return own().m.objects; }
    std::span<const std::byte> inlineBytes() const { return m.inlineBytes; }
    const std::vector<std::pair<std::string, std::string>> &metadata() const { return own().m.metadata; }
    const std::vector<std::pair<std::string, NameGrade>> &namesInPickle() const { return own().m.namesInPickle; }
    const Findings &findings() const { return own().m.findings; }

private:
    /// One of those that are joined.
    struct Part
    {
        std::shared_ptr<const Checkpoint> checkpoint;
        TensorIndex firstTensor = 0;
        quint32 firstRoot = 0;
    };

    const Part *partOf(const Checkpoint &other) const;
    void join(std::shared_ptr<const Checkpoint> part);

    Parts m;
    std::vector<Part> m_joined; ///< its own first; empty: nothing is joined
    std::vector<Root> m_otherRoots; ///< of the others, their numbers counted on
};

/// Whether both were read from the very same files, which were not changed in between.
bool areSameFiles(const Checkpoint &left, const Checkpoint &right);

/// "model/state_dict", or "" for the top level. Components with a slash or a quote, and empty ones, are
/// quoted, quotes inside doubled.
std::string pathText(const std::vector<std::string> &path);
