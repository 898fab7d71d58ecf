// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/bindcounts.h"

#include <QWidget>

class FieldEditor;
class KeyCompletion;
class QGridLayout;
class QLabel;

/// The editor of the bind policy: what is skipped, what may be missing or unexpected, what other shapes mean.
/// Says of every pattern how many keys it matches.
class BindForm final : public QWidget
{
    Q_OBJECT

public:
    BindForm(const Bind &bind, QWidget *parent);
    void setBind(const Bind &bind);
    /// Count the keys of this plan, which may be null, on a thread of its own.
    void countOn(const std::shared_ptr<const Plan> &plan);
    void completeFrom(const KeyCompletion *keys);

Q_SIGNALS:
    void bindChanged(const Bind &bind, const QString &field);
    void finished();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void addCounts(const FieldInfo &info, QGridLayout *grid);
    void edited(std::size_t field);
    void showCounts(const Bind &bind, const BindCounts &counts);
    void showCounts(std::size_t field, const std::vector<Node> &items, const std::vector<qint64> &counts);

    Bind m_bind;
    std::vector<FieldEditor *> m_editors;
    std::vector<QLabel *> m_counts; ///< of the lists and the counters, which are the first fields
    QLabel *m_error;
    Job<std::optional<BindCounts>> m_counting;
};
